package org.lipkit.data;

import java.util.Locale;

/** Checks images that are given as arrays of floats. */
final class FloatImages {

  private FloatImages() {}

  static Images of(float[][][][] pictures, int[] labels) {
    requireSome(pictures.length);
    float[][][] first = pictures[0];
    int height = first.length == 0 ? 0 : first[0].length;
    ImageShape shape = new ImageShape(first.length, height, height == 0 ? 0 : first[0][0].length);
    float[][] flat = new float[pictures.length][shape.values()];
    for (int n = 0; n < pictures.length; n++) {
      requireSame(n, pictures[n].length, shape.channels(), "channels");
      int at = 0;
      for (float[][] plane : pictures[n]) {
        requireSame(n, plane.length, height, "rows");
        for (float[] row : plane) {
          requireSame(n, row.length, shape.width(), "columns");
          System.arraycopy(row, 0, flat[n], at, row.length);
          at += row.length;
        }
      }
    }
    return of(flat, labels, shape);
  }

  static Images of(float[][] points, int[] labels) {
    requireSome(points.length);
    return of(points, labels, new ImageShape(points[0].length, 1, 1));
  }

  private static Images of(float[][] flat, int[] labels, ImageShape shape) {
    if (labels.length != flat.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d images were given with %d labels; give one label for each, or use"
                  + " Images.unlabelled.",
              flat.length,
              labels.length));
    }
    for (int n = 0; n < flat.length; n++) {
      requireSame(n, flat[n].length, shape.values(), "values");
      for (float value : flat[n]) {
        if (!(value >= 0 && value <= 1)) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "Image %d has the value %s; values must lie in [0, 1], so divide pixels of 0 to"
                      + " 255 by 255.",
                  n,
                  value));
        }
      }
    }
    return Images.of(
        shape,
        labels,
        (index, random, into, offset) ->
            System.arraycopy(flat[index], 0, into, offset, shape.values()));
  }

  static void requireSome(int images) {
    if (images == 0) {
      throw new IllegalArgumentException("No images were given; give at least one.");
    }
  }

  private static void requireSame(int image, int found, int expected, String what) {
    if (found != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Image %d has %d %s, but image 0 has %d; bring all images to one size.",
              image,
              found,
              what,
              expected));
    }
  }
}
