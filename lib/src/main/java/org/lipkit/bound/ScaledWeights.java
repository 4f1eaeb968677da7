package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import org.lipkit.tensor.Tensors;

/**
 * Weights divided by a power of two so that their absolute values add up to at most 1. Whatever is
 * computed from them then stays within [-1, 1] or close to it, so that nothing overflows and
 * underflow is negligible.
 *
 * @param entries the scaled weights
 * @param exponent the weights are {@code entries 2^exponent}
 */
record ScaledWeights(double[] entries, int exponent) {

  /**
   * Scales an array.
   *
   * @param weight any shape, FLOAT64
   * @return its entries in row-major order, scaled
   * @throws NotFiniteException if an entry is NaN or infinite
   */
  static ScaledWeights of(NDArray weight) {
    double[] entries = Tensors.toDoubles(weight);
    double largest = 0;
    for (double entry : entries) {
      if (!Double.isFinite(entry)) {
        throw new NotFiniteException(
            "A weight is "
                + entry
                + ", so its layer has no Lipschitz bound; training has diverged or the file of"
                + " weights is damaged: load an earlier checkpoint.");
      }
      largest = Math.max(largest, Math.abs(entry));
    }
    int exponent =
        Math.getExponent(largest) + Integer.SIZE - Integer.numberOfLeadingZeros(entries.length) + 1;
    for (int i = 0; i < entries.length; i++) {
      entries[i] = Math.scalb(entries[i], -exponent);
    }
    return new ScaledWeights(entries, exponent);
  }

  /**
   * The bound for the weights themselves. A scaled entry that became subnormal is off by less than
   * {@code 2^-1074}, and one weight contributes a map of norm at most 1 times its value, so all of
   * them together change the norm by less than {@code 2^-1074} times their number.
   *
   * @param scaledBound at least the norm computed from the scaled entries
   * @return at least the norm that the unscaled ones have
   */
  double unscale(double scaledBound) {
    double lost = Upward.times(entries.length, Double.MIN_VALUE);
    return Upward.scale(Upward.plus(scaledBound, lost), exponent);
  }

  boolean isZero() {
    for (double entry : entries) {
      if (entry != 0) {
        return false;
      }
    }
    return true;
  }
}
