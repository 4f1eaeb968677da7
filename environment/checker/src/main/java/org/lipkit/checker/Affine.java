package org.lipkit.checker;

import java.util.Arrays;

/**
 * A layer {@code x -> A x + b} with float32 weights. It multiplies what is known of its inputs by
 * ||A|| and rounds, as {@link #roundings(int, int)} counts it, by at most gamma times {@code |A|
 * |input| + |b|}, where the input is m here and c(x') in the program, whose absolute values are
 * within the distance d of m's:
 *
 * <pre>  p' = ||A|| p + gamma_64 M,   q' = ||A|| q + gamma_32 (M + || |A| || d),   k' = ||A|| k,
 *   M = || |A| |m| + |b| ||.</pre>
 *
 * No partial sum in the program exceeds twice {@code M + || |A| || d}, which must be in float32's
 * range.
 *
 * @param matrix A
 * @param bias b, one entry per channel, or one for all; channels alternate fastest in the output
 * @param terms the most products that an output entry sums, without the bias
 * @param roundings how many of the program's roundings a product goes through
 * @param norm at least ||A||
 * @param absoluteNorm at least || |A| ||
 * @param largestRow at least every row's sum of absolute values
 */
record Affine(
    Matrix matrix,
    double[] bias,
    int terms,
    long roundings,
    double norm,
    double absoluteNorm,
    double largestRow)
    implements Part {

  /**
   * Bounds the norms.
   *
   * @param channels how many input channels an output entry reads
   * @param taps how many products it takes of each
   */
  static Affine of(Matrix matrix, double[] bias, int channels, int taps) {
    return of(matrix, bias, channels, taps, Double.POSITIVE_INFINITY);
  }

  /**
   * Bounds the norms.
   *
   * @param channels how many input channels an output entry reads
   * @param taps how many products it takes of each
   * @param claim what ||A|| is said to be at most; see {@link NormBound#of(Matrix, double)}
   */
  static Affine of(Matrix matrix, double[] bias, int channels, int taps, double claim) {
    return new Affine(
        matrix,
        bias,
        channels * taps,
        roundings(channels, taps) - exactOperations(matrix, bias),
        NormBound.of(matrix, claim),
        NormBound.ofMagnitudes(matrix),
        matrix.largestRow());
  }

  /**
   * The program adds up summation blocks of input channels (the smallest multiple of 8 channels
   * with at least 128 products), then their sums, then the bias. A product rounds itself and goes
   * through the other sums of its summation block, the sums of these, and that with the bias.
   *
   * @param channels how many input channels an output entry reads
   * @param taps how many products it takes of each
   */
  static long roundings(int channels, int taps) {
    int width = 8;
    while (width * taps < 128) {
      width += 8;
    }
    width = Math.min(width, channels);
    return (long) width * taps + (channels + width - 1) / width;
  }

  /** Products with powers of two are exact, but for underflow, and so is adding 0. */
  private static int exactOperations(Matrix matrix, double[] bias) {
    int products = matrix.hasPowersOfTwoOnly() ? 1 : 0;
    return products + (Arrays.stream(bias).allMatch(b -> b == 0) ? 1 : 0);
  }

  @Override
  public Local at(double[] m) {
    double length = Up.length(m);
    double magnitude = magnitude(m);
    return new Local(value(m), before -> grown(before, length, magnitude), matrix::transposedTimes);
  }

  private double[] value(double[] x) {
    double[] y = matrix.times(x);
    for (int row = 0; row < y.length; row++) {
      y[row] += bias[row % bias.length];
    }
    return y;
  }

  /** The length of {@code |A| |x| + |b|}, from above. */
  private double magnitude(double[] x) {
    double[] y = matrix.magnitudes(x);
    for (int row = 0; row < y.length; row++) {
      y[row] = Up.plus(y[row], Math.abs(bias[row % bias.length]));
    }
    return Up.length(y);
  }

  private Spread grown(Spread before, double length, double here) {
    double d = before.distance();
    double magnitude = Up.plus(here, Up.times(absoluteNorm, d));
    double underflow = underflow(Up.plus(length, d));
    double rounding = Up.rounding(Up.gamma(roundings, Up.FLOAT), magnitude, underflow);
    double plain = Up.plus(Up.times(Up.gamma(terms + 1L, Up.DOUBLE), here), underflow);
    return new Spread(
        Up.plus(Up.times(norm, before.p()), plain),
        Up.plus(Up.times(norm, before.q()), rounding),
        Up.times(norm, before.k()),
        before.r());
  }

  /**
   * What subnormal numbers add to the output's rounding, in Euclidean length. Taking one of them as
   * 0, as operand or as result, costs less than 2^-126, times the other factor in a product;
   * rounding afterwards less than doubles it.
   *
   * @param length at least the length of the input
   */
  private double underflow(double length) {
    double entry = Up.plus(2.0 * terms + 3, Up.plus(largestRow, Up.times(terms, length)));
    return Up.times(0x1p-125, Up.times(matrix.height(), entry));
  }
}
