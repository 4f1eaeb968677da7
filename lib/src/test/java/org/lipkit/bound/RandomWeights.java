package org.lipkit.bound;

import java.util.SplittableRandom;

/** Weights that are hard on a bound: all scales, cancellation, degenerate spectra. */
final class RandomWeights {

  private RandomWeights() {}

  /** A matrix of one of several kinds; every entry is a float32 number. */
  static double[] matrix(SplittableRandom random, int rows, int columns) {
    double[] w = new double[rows * columns];
    int kind = random.nextInt(8);
    double[] left = gaussian(random, rows);
    double[] right = gaussian(random, columns);
    for (int i = 0; i < w.length; i++) {
      int row = i / columns;
      int column = i % columns;
      w[i] =
          switch (kind) {
            case 0 -> left[row] * right[column];
            case 1 -> row == column ? 1 : 0;
            case 2 -> row == column ? 1 + 1e-6 * random.nextGaussian() : 0;
            case 3 -> random.nextInt(-1, 2);
            case 4 -> 1 + 1e-7 * random.nextGaussian();
            case 5 -> random.nextGaussian() * Math.pow(10, random.nextDouble(-20, 20));
            default -> random.nextGaussian();
          };
    }
    return scaled(random, w);
  }

  static double[] gaussian(SplittableRandom random, int length) {
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  /** Leaves half of the arrays as they are, moves others to a scale from 1e-41 to 1e20. */
  private static double[] scaled(SplittableRandom random, double[] w) {
    int kind = random.nextInt(8);
    double factor = kind < 4 ? 1 : kind < 7 ? Math.pow(10, random.nextDouble(-20, 20)) : 1e-41;
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) Math.max(-1e30, Math.min(1e30, w[i] * factor));
    }
    return w;
  }
}
