package org.lipkit.draw;

import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Explains the signs of a picture in rows below it; an entry that does not fit starts a new row.
 */
final class Legend {

  /** The box an entry's sign is drawn in, its corner at (0, 0). */
  static final int SIGN_WIDTH = 24;

  static final int SIGN_HEIGHT = 16;

  private static final int ROW = 24;
  private static final int GAP = 22;

  private record Entry(String label, Consumer<Graphics2D> sign) {

    int width() {
      return SIGN_WIDTH + 7 + Canvas.width(label, Canvas.TEXT);
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  /** Adds an entry whose sign the painter draws. */
  void add(String label, Consumer<Graphics2D> sign) {
    entries.add(new Entry(label, sign));
  }

  /** Returns the height of the rows at this width, in units. */
  int height(int width) {
    return ROW * rows(width).size();
  }

  /** Draws the rows, each in the middle of the width, from the corner (x, y) downwards. */
  void paint(Graphics2D g, int x, int y, int width) {
    int top = y;
    for (List<Entry> row : rows(width)) {
      int left = x + (width - width(row)) / 2;
      for (Entry entry : row) {
        Graphics2D sign = (Graphics2D) g.create();
        sign.translate(left, top + (ROW - SIGN_HEIGHT) / 2);
        entry.sign.accept(sign);
        sign.dispose();
        g.setFont(Canvas.TEXT);
        g.setColor(Canvas.INK);
        g.drawString(entry.label, left + SIGN_WIDTH + 7, top + ROW / 2 + 5);
        left += entry.width() + GAP;
      }
      top += ROW;
    }
  }

  private List<List<Entry>> rows(int width) {
    List<List<Entry>> rows = new ArrayList<>();
    for (Entry entry : entries) {
      List<Entry> last = rows.isEmpty() ? null : rows.get(rows.size() - 1);
      if (last == null || width(last) + GAP + entry.width() > width - 2 * GAP) {
        rows.add(new ArrayList<>(List.of(entry)));
      } else {
        last.add(entry);
      }
    }
    return rows;
  }

  private static int width(List<Entry> row) {
    return row.stream().mapToInt(Entry::width).sum() + GAP * (row.size() - 1);
  }
}
