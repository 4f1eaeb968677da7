package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.lipkit.bound.Bound;
import org.lipkit.bound.Upward;

/**
 * Means of m entries as rounding sees them. A term goes through at most m - 1 sums and then through
 * a division by m, or a product with the rounded 1 / m, which is two roundings: m + 1 in all. So
 * {@code |fl(y) - y| <= gamma_(m + 1) mean(|x|) + underflow}, and the magnitude is the mean of
 * absolute values. Entries, sums and quotients that are flushed to 0 cost less than four times the
 * smallest normal number. A sum may overflow though the mean would not; none does while the mean of
 * absolute values stays below the m-th part of the largest float32 number.
 *
 * @param layer the layer's name, for messages
 * @param norm the Lipschitz constant
 * @param entries m
 * @param value the means, in FLOAT64 as in FLOAT32
 */
record MeanModel(String layer, Bound norm, long entries, UnaryOperator<NDArray> value)
    implements RoundingModel {

  MeanModel {
    SummationModel.requireFewRoundings(layer, entries + 1);
  }

  MeanModel(String layer, double constant, long entries, UnaryOperator<NDArray> value) {
    this(layer, Bound.upper(constant, "closed form"), entries, value);
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
  public double gamma(double unit) {
    return Upward.gamma(entries + 1, unit);
  }

  @Override
  public double underflow(double unit, double length, long outputs) {
    return Upward.times(8 * SummationModel.smallest(unit), Upward.root(outputs));
  }

  @Override
  public double underflowSlope(double unit, double length, long outputs) {
    return 0;
  }

  @Override
  public double largest() {
    return Float.MAX_VALUE / entries;
  }
}
