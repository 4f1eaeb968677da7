package org.lipkit.attack;

import org.lipkit.bound.Bound;

/**
 * What is known of a network's Lipschitz constant from both sides (Hu et al. 2023, section 4): the
 * largest ratio found of {@code ||f(x) - f(x')|| / ||x - x'||}, and the bound K, the product over
 * the layers.
 *
 * @param lower the lower bound, by {@link LipschitzLowerBound#network}
 * @param upper the upper bound or its estimate, by {@link org.lipkit.layer.Layer#bound}
 */
public record LipschitzBracket(double lower, Bound upper) {

  /** What the float32 logits of the search may be off by. */
  private static final double ROUNDING = 1e-3;

  /**
   * Checks the order.
   *
   * @throws IllegalStateException if the lower bound is above an upper one
   */
  public LipschitzBracket {
    if (upper.kind() == Bound.Kind.UPPER && lower > upper.value() * (1 + ROUNDING)) {
      throw new IllegalStateException(
          "Two images show a Lipschitz constant of "
              + lower
              + ", above the upper bound "
              + upper.value()
              + " ("
              + upper.method()
              + "); the bound or the search is wrong.");
    }
  }

  /**
   * How tight the bounds are, LB / UB.
   *
   * @return the quotient, in [0, 1] but for rounding; 1 if both are 0
   */
  public double tightness() {
    return lower == upper.value() ? 1 : lower / upper.value();
  }
}
