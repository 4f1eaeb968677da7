package org.lipkit.data;

import java.util.Objects;
import java.util.stream.Stream;
import org.lipkit.text.Given;

/** Checks images that are given as arrays of floats. */
final class FloatImages {

  /** No pixel in units of [0, 1] is so large, even standardised. */
  private static final float FAR = 16;

  private FloatImages() {}

  static Images of(float[][][][] pictures, int[] labels) {
    float[][] flat = new float[Given.notNull("The images", pictures).length][];
    ImageShape shape = null;
    for (int n = 0; n < pictures.length; n++) {
      ImageShape found = shape(n, pictures[n]);
      shape = shape == null ? found : shape;
      if (!found.equals(shape)) {
        throw Given.refused(
            "Image %s has %s values, but image 0 has %s; bring all images to one size.",
            n, found, shape);
      }
      flat[n] = flat(pictures[n], shape);
      requireUnit(n, flat[n]);
    }
    if (shape == null) {
      throw new IllegalArgumentException("No images were given; give at least one.");
    }
    if (Given.notNull("The labels", labels).length != flat.length) {
      throw Given.refused(
          "%s images were given with %s labels; give one label for each, or use"
              + " Images.unlabelled.",
          flat.length, labels.length);
    }
    int values = shape.values();
    return Images.of(
        shape,
        labels,
        (index, random, into, offset) -> System.arraycopy(flat[index], 0, into, offset, values));
  }

  /** Each coordinate becomes a channel of one pixel. */
  static Images of(float[][] points, int[] labels) {
    float[][][][] pictures = new float[Given.notNull("The points", points).length][][][];
    for (int n = 0; n < points.length; n++) {
      Given.notNull("Point " + n, points[n]);
      pictures[n] = new float[points[n].length][1][1];
      for (int c = 0; c < points[n].length; c++) {
        pictures[n][c][0][0] = points[n][c];
      }
    }
    return of(pictures, labels);
  }

  private static ImageShape shape(int image, float[][][] picture) {
    requireNoneNull(image, picture);
    int height = picture.length == 0 ? 0 : picture[0].length;
    int width = height == 0 ? 0 : picture[0][0].length;
    for (float[][] plane : picture) {
      if (plane.length != height || Stream.of(plane).anyMatch(row -> row.length != width)) {
        throw new IllegalArgumentException(
            "Image " + image + " has rows or channels of different lengths; cut them to one.");
      }
    }
    return new ImageShape(picture.length, height, width);
  }

  private static void requireNoneNull(int image, float[][][] picture) {
    boolean whole =
        picture != null
            && Stream.of(picture)
                .allMatch(plane -> plane != null && Stream.of(plane).allMatch(Objects::nonNull));
    if (!whole) {
      throw new IllegalArgumentException(
          "Image " + image + " or a row of it is null; give all its values.");
    }
  }

  private static float[] flat(float[][][] picture, ImageShape shape) {
    float[] flat = new float[shape.values()];
    for (int i = 0; i < flat.length; i += shape.width()) {
      int row = i / shape.width();
      float[][] plane = picture[row / shape.height()];
      System.arraycopy(plane[row % shape.height()], 0, flat, i, shape.width());
    }
    return flat;
  }

  /**
   * Refuses pixels of other units, such as 0 to 255: radii are in pixels of [0, 1]. Values a little
   * outside may come of a preparation of one's own, and NaN or infinite ones are refused sample by
   * sample.
   */
  static void requireUnits(int image, float[] pixels, int offset, int values) {
    for (int i = offset; i < offset + values; i++) {
      if (Math.abs(pixels[i]) > FAR && Float.isFinite(pixels[i])) {
        throw Given.refused(
            "Image %d has the value %s, but radii are in pixels of [0, 1]; divide pixels of 0 to"
                + " 255 by 255.",
            image, pixels[i]);
      }
    }
  }

  static void requireUnit(int image, float[] values) {
    for (float value : values) {
      if (!(value >= 0 && value <= 1)) {
        throw Given.refused(
            "Image %s has the value %s; values must lie in [0, 1], so divide pixels of 0 to"
                + " 255 by 255.",
            image, value);
      }
    }
  }
}
