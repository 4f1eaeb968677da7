package org.lipkit.draw;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.lipkit.data.Images;
import org.lipkit.text.Given;

/** Draws images in rows, each with some text below and a frame that says what was proved. */
public final class ImageGrid {

  /** Pixels of the picture that the longer side of an image is enlarged to, at most. */
  private static final int TARGET = 200;

  private static final int FRAME = 5;
  private static final int GAP = 14;
  private static final int LINE = 16;
  private static final int CAPTION = 6;
  private static final int HEAD = 44;

  /** What is known about an image; told by the frame's colour and by its dashes. */
  public enum Verdict {
    /** Classified correctly, and no image within the radius is classified otherwise. */
    CERTIFIED("correct and certified", Hue.GREEN.colour()),
    /** Classified correctly without a proof for the radius asked for. */
    NOT_CERTIFIED("correct, not certified", Hue.YELLOW.colour(), 6, 4),
    /** Classified wrongly. */
    WRONG("wrong", Hue.VERMILION.colour(), 3, 3),
    /** Nothing is claimed: no frame. */
    NONE("", Color.WHITE);

    private final String label;
    private final Color colour;
    private final float[] dash;

    Verdict(String label, Color colour, float... dash) {
      this.label = label;
      this.colour = colour;
      this.dash = dash.length == 0 ? null : dash;
    }

    private void frame(Graphics2D g, double x, double y, double width, double height) {
      g.setColor(colour);
      g.setStroke(new BasicStroke(3, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, dash, 0));
      g.draw(new Rectangle2D.Double(x, y, width, height));
    }
  }

  /**
   * An image of the grid.
   *
   * @param pixels values in [0, 1], channel after channel, each row by row; others are cut off
   * @param channels 1 for grey, 3 for red, green and blue
   * @param height rows
   * @param width columns
   * @param caption the text below, such as {@code 7, r = 0.83}; it may have several lines
   * @param verdict the frame
   */
  public record Tile(
      float[] pixels, int channels, int height, int width, String caption, Verdict verdict) {

    /**
     * Checks that the shape fits the pixels.
     *
     * @param pixels channels * height * width values in [0, 1]
     * @param channels 1 or 3
     * @param height rows
     * @param width columns
     * @param caption the text below, such as {@code 7, r = 0.83}; it may have several lines
     * @param verdict the frame
     */
    public Tile {
      if ((channels != 1 && channels != 3) || pixels.length != channels * height * width) {
        throw Given.refused(
            "The image '%s' has %d values, not %d x %d x %d; give 1 or 3 channels of height x width values.",
            caption, pixels.length, channels, height, width);
      }
    }

    /**
     * {@return an image of a data set as a tile}
     *
     * @param images the split, with 1 or 3 channels
     * @param index its place among the images
     * @param caption the text below; it may have several lines
     * @param verdict decides the frame
     */
    public static Tile of(Images images, int index, String caption, Verdict verdict) {
      float[] pixels = new float[images.values()];
      images.read(index, null, pixels, 0);
      return new Tile(pixels, images.channels(), images.height(), images.width(), caption, verdict);
    }

    /**
     * {@return a grey tile in the place of an image that is not on this machine}
     *
     * @param height its rows
     * @param width its columns
     * @param caption the text below; it may have several lines
     * @param verdict decides the frame
     */
    public static Tile blank(int height, int width, String caption, Verdict verdict) {
      float[] grey = new float[height * width];
      Arrays.fill(grey, 0.9f);
      return new Tile(grey, 1, height, width, caption, verdict);
    }

    private BufferedImage image() {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          image.setRGB(x, y, level(0, y, x) << 16 | level(1, y, x) << 8 | level(2, y, x));
        }
      }
      return image;
    }

    private int level(int channel, int y, int x) {
      float value = pixels[(Math.min(channel, channels - 1) * height + y) * width + x];
      return Math.round(255 * Math.max(0, Math.min(1, value)));
    }

    /** Returns how many pixels of the picture each pixel of the image becomes, along an axis. */
    private int enlarge() {
      return Math.max(1, TARGET / Math.max(height, width));
    }

    private List<String> lines() {
      return caption.lines().toList();
    }

    private double shownWidth() {
      return (double) enlarge() * width / Canvas.SCALE;
    }

    private double shownHeight() {
      return (double) enlarge() * height / Canvas.SCALE;
    }
  }

  private ImageGrid() {}

  /**
   * Draws the images row by row, with a legend of the frames that occur.
   *
   * @param title above the picture
   * @param tiles the images, in order
   * @param columns images in a row
   * @return the picture
   * @throws IllegalArgumentException if there is no image or no column
   */
  public static BufferedImage draw(Title title, List<Tile> tiles, int columns) {
    if (tiles.isEmpty() || columns < 1) {
      throw Given.refused(
          "The grid '%s' has %d images in %d columns; give at least one of each.",
          title, tiles.size(), columns);
    }
    int cellWidth = 0;
    int imageHeight = 0;
    int lines = 1;
    for (Tile tile : tiles) {
      cellWidth = Math.max(cellWidth, (int) Math.ceil(tile.shownWidth()));
      for (String line : tile.lines()) {
        cellWidth = Math.max(cellWidth, Canvas.width(line, Canvas.TEXT));
      }
      lines = Math.max(lines, tile.lines().size());
      imageHeight = Math.max(imageHeight, (int) Math.ceil(tile.shownHeight()));
    }
    int stepX = cellWidth + 2 * FRAME + GAP;
    int stepY = imageHeight + 2 * FRAME + CAPTION + lines * LINE + GAP;
    int rows = (tiles.size() + columns - 1) / columns;
    Legend legend = legend(tiles);
    int width = Math.max(Math.min(columns, tiles.size()) * stepX + GAP, Canvas.titleWidth(title));
    int head = HEAD + Canvas.furtherLines(title, width);
    int bottom = head + rows * stepY;
    int left = (width - Math.min(columns, tiles.size()) * stepX) / 2;
    int fixedImageHeight = imageHeight;
    return Canvas.paint(
        width,
        bottom + legend.height(width) + GAP / 2,
        g -> {
          Canvas.heading(g, title, width);
          for (int i = 0; i < tiles.size(); i++) {
            int centre = left + i % columns * stepX + stepX / 2;
            paint(g, tiles.get(i), centre, head + i / columns * stepY, fixedImageHeight);
          }
          legend.paint(g, 0, bottom, width);
        });
  }

  private static void paint(Graphics2D g, Tile tile, int centre, int top, int imageHeight) {
    int x = (int) (centre - tile.shownWidth() / 2);
    int y = top + FRAME;
    double scale = (double) tile.enlarge() / Canvas.SCALE;
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    g.drawImage(tile.image(), new AffineTransform(scale, 0, 0, scale, x, y), null);
    tile.verdict().frame(g, x - 3.5, y - 3.5, tile.shownWidth() + 7, tile.shownHeight() + 7);
    g.setFont(Canvas.TEXT);
    g.setColor(Canvas.INK);
    int baseline = y + imageHeight + FRAME;
    for (String line : tile.lines()) {
      baseline += LINE;
      g.drawString(line, centre - Canvas.width(line, Canvas.TEXT) / 2, baseline);
    }
  }

  private static Legend legend(List<Tile> tiles) {
    Legend legend = new Legend();
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.NONE && tiles.stream().anyMatch(t -> t.verdict() == verdict)) {
        legend.add(
            verdict.label,
            g -> verdict.frame(g, 2, 2, Legend.SIGN_WIDTH - 4, Legend.SIGN_HEIGHT - 4));
      }
    }
    return legend;
  }
}
