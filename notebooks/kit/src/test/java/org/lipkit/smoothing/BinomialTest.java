package org.lipkit.smoothing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

class BinomialTest {

  /** P(X = k), from a product of n + 1 factors. */
  private static double probability(int k, int n, double p) {
    double value = 1;
    int failures = 0;
    for (int i = 1; i <= k; i++) {
      value *= p * (n - k + i) / i;
      for (; failures < n - k && value > 1; failures++) {
        value *= 1 - p;
      }
    }
    return value * Math.pow(1 - p, n - k - failures);
  }

  private static double atLeast(int k, int n, double p) {
    double sum = 0;
    for (int i = k; i <= n; i++) {
      sum += probability(i, n, p);
    }
    return sum;
  }

  /** The bound is above the truth in at most a share alpha of all experiments. */
  @Property(tries = 200)
  void theBoundCoversWhateverTheTruth(
      @ForAll @IntRange(min = 1, max = 60) int n,
      @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.999) double p,
      @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.3) double alpha) {
    double failing = 0;
    for (int k = 0; k <= n; k++) {
      if (Binomial.lowerBound(k, n, alpha) > p) {
        failing += probability(k, n, p);
      }
    }
    assertTrue(failing <= alpha * (1 + 1e-9), () -> "fails too often for n " + n + ", p " + p);
  }

  /** It is the p whose tail is alpha, so no larger bound covers. */
  @Property(tries = 200)
  void theBoundIsNotTooSmall(
      @ForAll @IntRange(min = 1, max = 200) int n,
      @ForAll @Scale(4) @DoubleRange(min = 0, max = 1) double share,
      @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.3) double alpha) {
    int k = Math.max(1, (int) Math.round(share * n));
    double bound = Binomial.lowerBound(k, n, alpha);
    assertTrue(atLeast(k, n, bound) <= alpha * (1 + 1e-9));
    assertTrue(atLeast(k, n, bound + 1e-8) > alpha * (1 - 1e-12));
  }

  @Example
  void closedForms() {
    assertEquals(0, Binomial.lowerBound(0, 10, 0.05));
    assertEquals(Math.pow(0.001, 1e-5), Binomial.lowerBound(100_000, 100_000, 0.001), 1e-8);
  }
}
