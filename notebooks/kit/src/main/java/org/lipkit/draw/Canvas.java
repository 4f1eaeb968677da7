package org.lipkit.draw;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The size in pixels, the fonts and the colours of all pictures. */
final class Canvas {

  /** Pixels of the image for each unit drawn, so that lines and letters stay crisp. */
  static final int SCALE = 2;

  static final Color INK = new Color(0x22, 0x22, 0x22);
  static final Color GREY = new Color(0x77, 0x77, 0x77);
  static final Color FAINT = new Color(0xE2, 0xE2, 0xE2);

  private static final FontRenderContext FONTS = new FontRenderContext(null, true, true);

  static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  static final Font LABEL = TEXT.deriveFont(12f);
  static final Font HEADING = new Font(Font.SANS_SERIF, Font.BOLD, 16);

  private static final int HEADING_MARGINS = 16;
  private static final int HEADING_LINE = 21;

  /** The width of a small phone's screen. */
  private static final int NARROW = 360;

  private Canvas() {}

  /** Returns the colour of the i-th thing; they repeat after the last. */
  static Color colour(int i) {
    return Hue.values()[Math.floorMod(i, Hue.values().length)].colour();
  }

  /** Returns the colour with another opacity, 0 to 1. */
  static Color fade(Color colour, double opacity) {
    return new Color(
        colour.getRed(), colour.getGreen(), colour.getBlue(), (int) Math.round(255 * opacity));
  }

  /** Returns the colour on the way from one to another, at 0 the first and at 1 the second. */
  static Color mix(Color from, Color to, double t) {
    return new Color(
        (int) Math.round(from.getRed() + t * (to.getRed() - from.getRed())),
        (int) Math.round(from.getGreen() + t * (to.getGreen() - from.getGreen())),
        (int) Math.round(from.getBlue() + t * (to.getBlue() - from.getBlue())));
  }

  /**
   * Returns a white image of twice this size, shown at this size, after the painter has drawn on it
   * in units, with few colours unless it shows photographs.
   */
  static BufferedImage paint(int width, int height, Consumer<Graphics2D> painter) {
    BufferedImage image =
        new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.scale(SCALE, SCALE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    painter.accept(g);
    g.dispose();
    return Palette.reduced(image);
  }

  /** Returns how wide a text is in units. */
  static int width(String text, Font font) {
    return (int) Math.ceil(font.getStringBounds(text, FONTS).getWidth());
  }

  /** Returns the width that a title needs beside its margins: that of a narrow screen at most. */
  static int titleWidth(Title title) {
    return Math.min(NARROW, width(title.toString(), HEADING) + HEADING_MARGINS);
  }

  /** Returns how much higher a heading is than one of a single line. */
  static int furtherLines(Title title, int width) {
    return (lines(title, width).size() - 1) * HEADING_LINE;
  }

  /** Draws a title in the middle of the upper edge, in as many lines as it needs there. */
  static void heading(Graphics2D g, Title title, int width) {
    g.setColor(INK);
    int baseline = 28;
    for (String line : lines(title, width)) {
      float fit = Math.min(1, (float) (width - HEADING_MARGINS) / width(line, HEADING));
      Font font = HEADING.deriveFont(fit * HEADING.getSize2D());
      g.setFont(font);
      g.drawString(line, (width - width(line, font)) / 2, baseline);
      baseline += HEADING_LINE;
    }
  }

  /** Returns a title's lines, each with as many words as fit; a longer word stands alone. */
  private static List<String> lines(Title title, int width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : title.toString().split(" ")) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && width(longer, HEADING) > width - HEADING_MARGINS) {
        lines.add(line);
        line = word;
      } else {
        line = longer;
      }
    }
    lines.add(line);
    return lines;
  }
}
