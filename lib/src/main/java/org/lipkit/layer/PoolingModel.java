package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.lipkit.bound.Bound;
import org.lipkit.bound.Upward;

/**
 * Means or norms of entries as rounding sees them: maps that are their own magnitude, {@code
 * |fl(f(x)) - f(x)| <= gamma_g f(|x|) + underflow}.
 *
 * @param layer the layer's name, for messages
 * @param norm the Lipschitz constant
 * @param roundings g
 * @param flushed what underflow adds to an output entry at most, from the unit roundoff
 * @param largest below it no sum overflows
 * @param value the map, in FLOAT64 as in FLOAT32
 */
record PoolingModel(
    String layer,
    Bound norm,
    long roundings,
    DoubleUnaryOperator flushed,
    double largest,
    UnaryOperator<NDArray> value)
    implements RoundingModel {

  /**
   * Means of m entries. A term goes through at most m - 1 sums and then through a division by m, or
   * a product with the rounded 1 / m, which is two roundings: m + 1 in all. Entries, sums and
   * quotients that are flushed to 0 cost less than four times the smallest normal number, doubled
   * by later roundings. A sum may overflow though the mean would not; none does while the mean of
   * absolute values stays below the m-th part of the largest float32 number.
   */
  static PoolingModel means(String layer, double constant, long m, UnaryOperator<NDArray> value) {
    return new PoolingModel(
        layer,
        Bound.upper(constant, "closed form"),
        m + 1,
        unit -> 8 * RoundingModel.smallest(unit),
        Float.MAX_VALUE / m,
        value);
  }

  @Override
  public double absoluteNorm() {
    return norm.value();
  }

  @Override
  public UnaryOperator<NDArray> magnitude() {
    return value;
  }

  @Override
  public double underflow(double unit, double length, long outputs) {
    return Upward.times(flushed.applyAsDouble(unit), Upward.root(outputs));
  }

  @Override
  public double underflowSlope(double unit, double length, long outputs) {
    return 0;
  }
}
