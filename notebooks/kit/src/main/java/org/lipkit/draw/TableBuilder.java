package org.lipkit.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import tech.tablesaw.api.Table;

/**
 * A table of things: one row per thing, one column per question about it.
 *
 * <pre>{@code
 * TableBuilder.of(List.of("one", "three"))
 *     .column("word", word -> word)
 *     .number("letters", 0, String::length)
 *     .table(new Title("Words", false))
 * }</pre>
 *
 * @param <T> what a row is about
 */
public final class TableBuilder<T> {

  private final List<T> rows;
  private final List<Column<T>> columns = new ArrayList<>();

  private record Column<T>(String name, Function<? super T, ?> cell) {}

  private TableBuilder(List<? extends T> rows) {
    this.rows = List.copyOf(rows);
  }

  /**
   * {@return a table without columns}
   *
   * @param <T> what a row is about
   * @param rows one thing per row, in order
   */
  public static <T> TableBuilder<T> of(List<? extends T> rows) {
    return new TableBuilder<>(rows);
  }

  /**
   * Adds a column.
   *
   * @param name its heading
   * @param cell the cell of a row: a number stays a number, null and NaN are missing values,
   *     anything else becomes its text
   * @return this table
   */
  public TableBuilder<T> column(String name, Function<? super T, ?> cell) {
    columns.add(new Column<>(name, cell));
    return this;
  }

  /**
   * Adds a column of numbers.
   *
   * @param name its heading
   * @param decimals the number of decimals that values are rounded to
   * @param value the number of a row; NaN is a missing value
   * @return this table
   */
  public TableBuilder<T> number(String name, int decimals, ToDoubleFunction<? super T> value) {
    return column(name, row -> rounded(value.applyAsDouble(row), decimals));
  }

  /**
   * Adds a column of percentages with two decimals.
   *
   * @param name its heading
   * @param share the share of a row, in [0, 1]; NaN is a missing value
   * @return this table
   */
  public TableBuilder<T> percent(String name, ToDoubleFunction<? super T> share) {
    return number(name, 2, row -> 100 * share.applyAsDouble(row));
  }

  /**
   * {@return the value rounded to this number of decimals; infinite values and NaN stay as they
   * are}
   *
   * @param value any number
   * @param decimals at least 0
   */
  public static double rounded(double value, int decimals) {
    double steps = Math.pow(10, decimals);
    return Double.isFinite(value) ? Math.round(value * steps) / steps : value;
  }

  /**
   * {@return the table with all columns added so far}
   *
   * @param title above the table
   */
  public Table table(Title title) {
    List<String> header = new ArrayList<>();
    List<List<Object>> cells = new ArrayList<>();
    rows.forEach(row -> cells.add(new ArrayList<>()));
    for (Column<T> column : columns) {
      header.add(column.name);
      for (int i = 0; i < rows.size(); i++) {
        cells.get(i).add(column.cell.apply(rows.get(i)));
      }
    }
    return Tables.of(title, header, cells);
  }
}
