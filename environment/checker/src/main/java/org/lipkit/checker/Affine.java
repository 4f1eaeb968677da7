package org.lipkit.checker;

import java.util.function.UnaryOperator;

/**
 * A layer {@code x -> A x + b} with float32 weights, and the activation after it, which is exact
 * and 1-Lipschitz.
 *
 * @param name the layer's name, for the report
 * @param matrix A
 * @param bias b, one entry per channel; channels alternate fastest in the output
 * @param terms the most products that an output entry sums, without the bias
 * @param roundings how many of the program's roundings a product goes through, see {@link
 *     #roundings(int, int)}
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
    long roundings,
    UnaryOperator<double[]> activation,
    double norm,
    double absoluteNorm,
    double largestRow) {

  static Affine of(
      String name,
      Matrix matrix,
      double[] bias,
      int channels,
      int taps,
      UnaryOperator<double[]> activation) {
    return new Affine(
        name,
        matrix,
        bias,
        channels * taps,
        roundings(channels, taps),
        activation,
        NormBound.of(matrix),
        NormBound.ofMagnitudes(matrix),
        matrix.largestRow());
  }

  /**
   * The program adds up blocks of input channels (the smallest multiple of 8 channels with at least
   * 128 products), then the blocks, then the bias. A product rounds itself and goes through the
   * other sums of its block, the blocks' sums, and that with the bias.
   *
   * @param channels how many input channels an output entry reads
   * @param taps how many products it takes of each
   */
  static long roundings(int channels, int taps) {
    int block = 8;
    while (block * taps < 128) {
      block += 8;
    }
    block = Math.min(block, channels);
    return (long) block * taps + (channels + block - 1) / block;
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

  /** How far the program's sums can be off, as a share of the magnitude. */
  double gamma() {
    return Up.gamma(roundings, Up.FLOAT);
  }

  /** The same for the plain sums of {@link #apply}. */
  double plainGamma() {
    return Up.gamma(terms + 1L, Up.DOUBLE);
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
