package org.lipkit.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table of words for the terminal: each column as wide as its longest entry. */
final class TextTable {

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... header) {
    rows.add(List.of(header));
  }

  void add(String... row) {
    if (row.length != rows.get(0).size()) {
      throw new IllegalArgumentException(
          "A row of " + row.length + " entries does not fit " + rows.get(0) + ".");
    }
    rows.add(List.of(row));
  }

  void print(PrintWriter out) {
    out.print(this);
    out.flush();
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int k = 0; k < columns; k++) {
        widths[k] = Math.max(widths[k], row.get(k).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int k = 0; k < columns; k++) {
        line.append(row.get(k)).append(" ".repeat(widths[k] - row.get(k).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
