package org.lipkit.draw;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.lipkit.text.Given;
import org.lipkit.text.Text;
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
  private static final double LARGE = 10_000;
  private static final int LONG_TEXT = 20;
  private static final int MANY_COLUMNS = 10;
  private static final Pattern RECORD = Pattern.compile("([a-z0-9][a-z0-9.-]*/)+(laptop|paper)");

  private Tables() {}

  /**
   * {@return a table with one row per record and one column per component} A component {@code
   * vraPct} becomes the column "vra %".
   *
   * @param title becomes the table's name, shown above it
   * @param rows records of one class; null components are missing values
   * @throws IllegalArgumentException if there is no row, because the columns are then unknown
   */
  public static Table of(Title title, List<? extends Record> rows) {
    if (rows.isEmpty()) {
      throw noRows(title);
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
   * {@return a table of rows}
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
        throw Given.refused(
            "The table '%s' has %d columns, but one row has %d cells: %s; give one cell per column.",
            title, header.size(), row.size(), row);
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

  /**
   * {@return a table with one row per map and one column per key that any of them has, in the order
   * met} A key {@code vra_pct} becomes the column "vra %", a list its members with slashes between.
   *
   * @param title becomes the table's name, shown above it
   * @param rows the cells of each row by column; an absent key is a missing value
   * @throws IllegalArgumentException if no row has a key
   */
  public static Table ofMaps(Title title, List<? extends Map<String, ?>> rows) {
    Set<String> keys = new LinkedHashSet<>();
    rows.forEach(row -> keys.addAll(row.keySet()));
    if (keys.isEmpty()) {
      throw noRows(title);
    }
    List<List<Object>> cells = new ArrayList<>();
    for (Map<String, ?> row : rows) {
      cells.add(Arrays.asList(keys.stream().map(key -> cell(row.get(key))).toArray()));
    }
    return of(title, keys.stream().map(key -> words(key.replace('_', ' '))).toList(), cells);
  }

  private static Object cell(Object value) {
    return value instanceof List<?> members
        ? members.stream().map(String::valueOf).collect(Collectors.joining(" / "))
        : value;
  }

  private static IllegalArgumentException noRows(Title title) {
    return new IllegalArgumentException(
        "The table '" + title + "' has no rows, so its columns are unknown; give at least one.");
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
      cells.forEach(cell -> column.appendObj(cell == null ? null : ((Number) cell).longValue()));
      return column;
    }
    DoubleColumn column = DoubleColumn.create(name);
    cells.forEach(cell -> column.append(cell == null ? Double.NaN : ((Number) cell).doubleValue()));
    return column;
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
   * {@return a table as HTML: its name above it, numbers to the right with as many decimals as the
   * column needs (four at most, none from 10,000 on), an en dash for a missing value} Longer texts
   * take more lines where the page is too narrow, breaking at blanks, slashes and underscores, and
   * many columns have smaller letters. A text such as {@code wrn-lmt/laptop} is a link to {@code
   * results/wrn-lmt/laptop/run.json}. On a narrow screen the table scrolls sideways by itself.
   *
   * @param table any table
   */
  public static String html(Table table) {
    StringBuilder html = new StringBuilder();
    String padding = isWide(table) ? "4px 4px" : "4px 8px";
    html.append("<div style=\"overflow-x:auto;max-width:100%\">")
        .append("<table style=\"border-collapse:collapse;margin:0.5em 0;font-size:")
        .append(isWide(table) ? "12.5px" : "14px")
        .append("\">");
    if (table.name() != null) {
      html.append("<caption style=\"caption-side:top;text-align:left;font-weight:600;")
          .append("padding:4px 0;color:inherit\">")
          .append(Html.escape(table.name()))
          .append("</caption>");
    }
    html.append("<thead>").append(row("2px"));
    for (Column<?> column : table.columns()) {
      html.append(cell("th", column, padding, column.name()));
    }
    html.append("</tr></thead><tbody>");
    List<IntFunction<String>> formats = table.columns().stream().map(Tables::format).toList();
    for (int row = 0; row < table.rowCount(); row++) {
      html.append(row("1px"));
      for (int c = 0; c < table.columnCount(); c++) {
        html.append(cell("td", table.column(c), padding, formats.get(c).apply(row)));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div>").toString();
  }

  private static boolean isWide(Table table) {
    return table.columnCount() > MANY_COLUMNS;
  }

  private static String row(String border) {
    return "<tr style=\"border-bottom:" + border + " solid rgba(128,128,128,0.4)\">";
  }

  /** Every letter of a cell's style is in the page as often as there are cells, so it has few. */
  private static String cell(String tag, Column<?> column, String padding, String text) {
    String content = Html.escape(text);
    if (RECORD.matcher(text).matches()) {
      content = Text.of("<a href=\"results/%s/run.json\">%s</a>", content, content);
    } else if (text.length() > LONG_TEXT) {
      content = content.replaceAll("[/_]", "$0<wbr>");
    }
    String align = column instanceof NumericColumn ? "right" : "left";
    String wrap =
        text.length() > LONG_TEXT
            ? ";min-width:" + Math.min(20, Math.max(9, text.length() / 5)) + "em"
            : tag.equals("th") || text.equals(MISSING) ? "" : ";white-space:nowrap";
    return Text.of(
        "<%s style=\"text-align:%s;padding:%s%s\">%s</%s>",
        tag, align, padding, wrap, content, tag);
  }

  private static IntFunction<String> format(Column<?> column) {
    if (column instanceof NumericColumn<?> numbers) {
      double[] values = numbers.asDoubleArray();
      int decimals = decimals(values);
      return row -> column.isMissing(row) ? MISSING : number(values[row], decimals);
    }
    return row -> column.isMissing(row) ? MISSING : column.getString(row);
  }

  /**
   * {@return a cell as a table shows it that has no other}
   *
   * @param cell a number or any text
   */
  public static String text(Object cell) {
    return cell instanceof Number number
        ? number(number.doubleValue(), decimals(new double[] {number.doubleValue()}))
        : cell.toString();
  }

  /** Returns how many decimals show every value below 10,000 of a column in full, four at most. */
  private static int decimals(double[] values) {
    return IntStream.range(0, MAX_DECIMALS)
        .filter(d -> DoubleStream.of(values).allMatch(v -> Math.abs(v) >= LARGE || isRound(v, d)))
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
      return Text.of("%.2e", value);
    }
    return size >= LARGE ? Text.of("%,.0f", value) : Text.of("%." + decimals + "f", value);
  }
}
