package org.lipkit.draw;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.function.Function;

/** The coloured ground of a {@link PlanePicture}: a class, and perhaps a radius, at each place. */
final class PlaneRegions {

  private static final int CHUNK = 1 << 14;
  private static final double PALEST = 0.10;
  private static final double DARKEST = 0.55;
  private static final double FLAT = 0.28;
  private static final double EDGE = 2.4;
  private static final double[] BLUR = {1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0};

  private final BufferedImage image;
  private final double step;

  private PlaneRegions(BufferedImage image, double step) {
    this.image = image;
    this.step = step;
  }

  /**
   * Samples the middle of every pixel.
   *
   * @param xMin left edge
   * @param yMax upper edge
   * @param scale pixels for each unit of the plane
   * @param radius null for regions of one shade
   */
  static PlaneRegions sample(
      double xMin,
      double yMax,
      double scale,
      int width,
      int height,
      Function<double[][], int[]> classifier,
      Function<double[][], double[]> radius) {
    int[] classes = new int[width * height];
    double[] radii = new double[width * height];
    for (int from = 0; from < classes.length; from += CHUNK) {
      double[][] points = new double[Math.min(CHUNK, classes.length - from)][];
      for (int i = 0; i < points.length; i++) {
        double column = (from + i) % width + 0.5;
        double row = (from + i) / width + 0.5;
        points[i] = new double[] {xMin + column / scale, yMax - row / scale};
      }
      int[] found = classifier.apply(points);
      PlanePicture.requireSame("classes", points.length, found.length);
      System.arraycopy(found, 0, classes, from, points.length);
      if (radius != null) {
        double[] proved = radius.apply(points);
        PlanePicture.requireSame("radii", points.length, proved.length);
        System.arraycopy(proved, 0, radii, from, points.length);
      }
    }
    double largest = Arrays.stream(radii).max().orElse(0);
    double step = radius == null || largest <= 0 ? 0 : PlaneAxes.niceStep(largest, 6);
    Color[] ground = new Color[classes.length];
    for (int i = 0; i < classes.length; i++) {
      double reached = step == 0 ? 0 : Math.floor(radii[i] / step) * step / largest;
      double depth = step == 0 ? FLAT : PALEST + (DARKEST - PALEST) * reached;
      ground[i] = Canvas.mix(Color.WHITE, Canvas.colour(classes[i]), depth);
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < classes.length; i++) {
      double edge = edge(classes, width, height, i % width, i / width);
      image.setRGB(i % width, i / width, Canvas.mix(ground[i], Canvas.INK, edge).getRGB());
    }
    return new PlaneRegions(image, step);
  }

  /** Returns how much a pixel belongs to the line between two classes, from 0 to 1, smoothly. */
  private static double edge(int[] classes, int width, int height, int x, int y) {
    int here = classes[y * width + x];
    double same = 0;
    for (int dy = -2; dy <= 2; dy++) {
      for (int dx = -2; dx <= 2; dx++) {
        int column = Math.max(0, Math.min(width - 1, x + dx));
        int row = Math.max(0, Math.min(height - 1, y + dy));
        if (classes[row * width + column] == here) {
          same += BLUR[dy + 2] * BLUR[dx + 2];
        }
      }
    }
    return Math.min(1, EDGE * (1 - same));
  }

  /** Draws the regions from the corner (0, 0), a unit for each pixel. */
  void paint(Graphics2D g) {
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    g.drawImage(image, 0, 0, null);
  }

  /** Returns how much the radius grows from one shade to the next; 0 where there is one shade. */
  double step() {
    return step;
  }

  /** Returns the colour of a class in the legend. */
  static Color legendColour(int label) {
    return Canvas.mix(Color.WHITE, Canvas.colour(label), FLAT);
  }
}
