package org.lipkit.certify.check;

import java.util.function.UnaryOperator;

/**
 * A layer {@code x -> A x + b} with float32 weights, and the activation after it, which is exact
 * and 1-Lipschitz.
 *
 * @param name the layer's name, for the report
 * @param matrix A
 * @param bias b, one entry a channel; channels alternate fastest in the output
 * @param terms the most products that an output entry sums
 * @param activation applied to the output
 * @param norm at least ||A||
 * @param absoluteNorm at least || |A| ||
 * @param largestRow at least every row's sum of absolute values
 */
record Affine(
    String name,
    Matrix matrix,
    double[] bias,
    int terms,
    UnaryOperator<double[]> activation,
    double norm,
    double absoluteNorm,
    double largestRow) {

  static Affine of(
      String name, Matrix matrix, double[] bias, int terms, UnaryOperator<double[]> activation) {
    return new Affine(
        name,
        matrix,
        bias,
        terms,
        activation,
        NormBound.of(matrix),
        NormBound.ofMagnitudes(matrix),
        matrix.largestRow());
  }

  /** The layer's output in plain doubles, activation included. */
  double[] apply(double[] x) {
    double[] y = matrix.times(x);
    for (int row = 0; row < y.length; row++) {
      y[row] += bias[row % bias.length];
    }
    return activation.apply(y);
  }

  /** The length of {@code |A| |x| + |b|}, from above. */
  double magnitude(double[] x) {
    double[] y = matrix.magnitudes(x);
    for (int row = 0; row < y.length; row++) {
      y[row] = Up.plus(y[row], Math.abs(bias[row % bias.length]));
    }
    return Up.length(y);
  }

  /** Each of an output entry's terms takes part in a product, the sums and that with the bias. */
  double gamma(double unit) {
    return Up.gamma(terms + 1L, unit);
  }

  /**
   * What subnormal numbers add to the output's rounding, in Euclidean length. Taking one of them as
   * 0, as operand or as result, costs less than 2^-126, times the other factor in a product;
   * rounding afterwards less than doubles it.
   *
   * @param length at least the length of the input
   */
  double underflow(double length) {
    double entry = Up.plus(2.0 * terms + 3, Up.plus(largestRow, Up.times(terms, length)));
    return Up.times(0x1p-125, Up.times(matrix.height(), entry));
  }
}
