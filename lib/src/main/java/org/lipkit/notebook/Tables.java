package org.lipkit.notebook;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Makes tables of rows or records and writes them as HTML that is readable on any screen. */
public final class Tables {

  private static final String MISSING = "–";
  private static final int MAX_DECIMALS = 4;
  private static final int LONG_TEXT = 40;
  private static final String NO_WRAP = "white-space:nowrap";

  private Tables() {}

  /**
   * Returns a table with a column for each component of a record and a row for each record. A
   * component {@code vraPct} becomes the column "vra %".
   *
   * @param title becomes the table's name, shown above it
   * @param rows records of one class; null components are missing values
   * @throws IllegalArgumentException if there is no row, because the columns are then unknown
   */
  public static Table of(Title title, List<? extends Record> rows) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          "The table '" + title + "' has no rows; give at least one record.");
    }
    RecordComponent[] components = rows.get(0).getClass().getRecordComponents();
    List<String> header = Arrays.stream(components).map(c -> words(c.getName())).toList();
    List<List<Object>> values = new ArrayList<>();
    for (Record row : rows) {
      values.add(Arrays.stream(components).map(c -> value(c, row)).toList());
    }
    return of(title, header, values);
  }

  /**
   * Returns a table of rows.
   *
   * @param title becomes the table's name, shown above it
   * @param header a name for each column
   * @param rows the cells of each row; numbers stay numbers, null and NaN are missing values,
   *     anything else becomes its text
   * @throws IllegalArgumentException if a row has not one cell for each column
   */
  public static Table of(Title title, List<String> header, List<? extends List<?>> rows) {
    for (List<?> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(
            "The table '%s' has %d columns, but a row of it has %d cells: %s; give one a column."
                .formatted(title, header.size(), row.size(), row));
      }
    }
    Table table = Table.create(title.toString());
    for (int c = 0; c < header.size(); c++) {
      int column = c;
      table.addColumns(
          column(header.get(c), rows.stream().map(r -> (Object) r.get(column)).toList()));
    }
    return table;
  }

  private static Column<?> column(String name, List<Object> cells) {
    List<Object> present = cells.stream().filter(Objects::nonNull).toList();
    if (present.isEmpty() || !present.stream().allMatch(Number.class::isInstance)) {
      StringColumn column = StringColumn.create(name);
      cells.forEach(cell -> column.append(cell == null ? null : cell.toString()));
      return column;
    }
    if (present.stream().allMatch(v -> v instanceof Integer || v instanceof Long)) {
      LongColumn column = LongColumn.create(name);
      cells.forEach(cell -> append(column, (Number) cell));
      return column;
    }
    DoubleColumn column = DoubleColumn.create(name);
    cells.forEach(cell -> column.append(cell == null ? Double.NaN : ((Number) cell).doubleValue()));
    return column;
  }

  private static void append(LongColumn column, Number cell) {
    if (cell == null) {
      column.appendMissing();
    } else {
      column.append(cell.longValue());
    }
  }

  private static Object value(RecordComponent component, Record row) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(row);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "The record " + row + " cannot be read; make its class public.", e);
    }
  }

  private static String words(String componentName) {
    return componentName
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT)
        .replaceAll("\\bpct\\b", "%");
  }

  /**
   * Returns a table as HTML: its name above it, numbers to the right with as many decimals as the
   * column needs (four at most), an en dash for a missing value. On a narrow screen the table
   * scrolls sideways by itself.
   */
  public static String html(Table table) {
    return html(table, "", text -> null);
  }

  /** As {@link #html(Table)}, with one column's texts as links to where the function says. */
  static String html(Table table, String linked, UnaryOperator<String> target) {
    StringBuilder html = new StringBuilder();
    html.append("<div style=\"overflow-x:auto;max-width:100%\">")
        .append("<table style=\"border-collapse:collapse;margin:0.5em 0;font-size:14px\">");
    if (table.name() != null) {
      html.append("<caption style=\"caption-side:top;text-align:left;font-weight:600;")
          .append("padding:4px 0;color:inherit\">")
          .append(escape(table.name()))
          .append("</caption>");
    }
    html.append("<thead><tr>");
    for (Column<?> column : table.columns()) {
      html.append(cell("th", column, "2px solid", column.name(), null));
    }
    html.append("</tr></thead><tbody>");
    List<IntFunction<String>> formats = table.columns().stream().map(Tables::format).toList();
    for (int row = 0; row < table.rowCount(); row++) {
      html.append("<tr>");
      for (int c = 0; c < table.columnCount(); c++) {
        String text = formats.get(c).apply(row);
        String link = table.column(c).name().equals(linked) ? target.apply(text) : null;
        html.append(cell("td", table.column(c), "1px solid", text, link));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>").toString();
  }

  private static String cell(
      String tag, Column<?> column, String border, String text, String link) {
    String content = escape(text);
    if (link != null) {
      content = "<a href=\"" + escape(link) + "\">" + content + "</a>";
    }
    String align = column instanceof NumericColumn ? "right" : "left";
    String wrap = text.length() > LONG_TEXT ? "white-space:normal;min-width:20em" : NO_WRAP;
    return ("<%s style=\"text-align:%s;padding:4px 12px;vertical-align:top;%s;"
            + "border-bottom:%s rgba(128,128,128,0.4)\">%s</%s>")
        .formatted(tag, align, wrap, border, content, tag);
  }

  private static IntFunction<String> format(Column<?> column) {
    if (column instanceof NumericColumn<?> numbers) {
      double[] values = numbers.asDoubleArray();
      int decimals = decimals(values);
      return row -> column.isMissing(row) ? MISSING : number(values[row], decimals);
    }
    return row -> column.isMissing(row) ? MISSING : column.getString(row);
  }

  /** Returns how many decimals show every value of a column in full, four at most. */
  private static int decimals(double[] values) {
    return IntStream.range(0, MAX_DECIMALS)
        .filter(d -> DoubleStream.of(values).allMatch(v -> isRound(v, d)))
        .findFirst()
        .orElse(MAX_DECIMALS);
  }

  private static boolean isRound(double value, int decimals) {
    double scaled = value * Math.pow(10, decimals);
    return !Double.isFinite(value)
        || Math.abs(scaled - Math.rint(scaled)) <= 1e-9 * Math.abs(scaled);
  }

  private static String number(double value, int decimals) {
    double size = Math.abs(value);
    if (size >= 1e9 || (size > 0 && size < 0.5 * Math.pow(10, -decimals))) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    return String.format(Locale.ROOT, (size >= 10_000 ? "%,." : "%.") + decimals + "f", value);
  }

  /** Returns a text as it must be written inside HTML. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
