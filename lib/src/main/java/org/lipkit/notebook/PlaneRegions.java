package org.lipkit.notebook;

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
      System.arraycopy(classifier.apply(points), 0, classes, from, points.length);
      if (radius != null) {
        System.arraycopy(radius.apply(points), 0, radii, from, points.length);
      }
    }
    double largest = Arrays.stream(radii).max().orElse(0);
    double step = radius == null || largest <= 0 ? 0 : PlaneAxes.niceStep(largest, 6);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < classes.length; i++) {
      double depth =
          step == 0
              ? FLAT
              : PALEST + (DARKEST - PALEST) * Math.floor(radii[i] / step) * step / largest;
      Color ground = Canvas.mix(Color.WHITE, Canvas.colour(classes[i]), depth);
      boolean edge =
          (i + 1) % width != 0 && classes[i + 1] != classes[i]
              || i + width < classes.length && classes[i + width] != classes[i];
      image.setRGB(i % width, i / width, (edge ? Canvas.INK : ground).getRGB());
    }
    return new PlaneRegions(image, step);
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
