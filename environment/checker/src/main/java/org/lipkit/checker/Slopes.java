package org.lipkit.checker;

import java.util.Arrays;

/**
 * Keeps entries that are at least 0 and multiplies the others with slopes. The Lipschitz constant
 * is the largest absolute value of a slope, or 1.
 */
final class Slopes implements Part {

  private final double[] slopes;
  private final double norm;

  /**
   * Makes the part.
   *
   * @param slopes one for each entry, or one for all
   */
  Slopes(double... slopes) {
    this.slopes = slopes;
    norm = Math.max(1, Arrays.stream(slopes).map(Math::abs).max().orElse(0));
  }

  @Override
  public double norm() {
    return norm;
  }

  private double slope(double[] m, int k) {
    return m[k] >= 0 ? 1 : slopes[k % slopes.length];
  }

  @Override
  public Local at(double[] m) {
    double[] output = new double[m.length];
    for (int k = 0; k < m.length; k++) {
      output[k] = slope(m, k) * m[k];
    }
    double length = Up.length(output);
    double underflow = Up.times(0x1p-124, Up.times(norm, Up.root(m.length)));
    return new Local(
        output,
        before -> before.rounded(norm, 1, length, underflow),
        gradient -> {
          double[] g = new double[m.length];
          for (int k = 0; k < m.length; k++) {
            g[k] = slope(m, k) * gradient[k];
          }
          return g;
        });
  }
}
