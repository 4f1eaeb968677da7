package org.lipkit.smoothing;

import org.apache.commons.statistics.distribution.BetaDistribution;

/** What counts of independent draws tell about a probability. */
final class Binomial {

  /** The quantile's solver stops within this. */
  private static final double STEP = 1e-9;

  private Binomial() {}

  /**
   * The one-sided lower confidence bound of Clopper and Pearson (1934): the p at which {@code P(X
   * >= successes) = alpha} for X binomial with n = draws, which is the alpha-quantile of Beta(k, n
   * - k + 1). It is above the true probability in at most a share alpha of all experiments.
   *
   * @param successes k, 0 to n
   * @param draws n, at least 1
   * @param alpha in (0, 1)
   * @return the bound, in [0, 1); the quantile's own error is taken off
   */
  static double lowerBound(int successes, int draws, double alpha) {
    if (successes == 0) {
      return 0;
    }
    BetaDistribution beta = BetaDistribution.of(successes, draws - successes + 1.0);
    double bound = beta.inverseCumulativeProbability(alpha);
    while (beta.cumulativeProbability(bound) > alpha) {
      bound = Math.max(0, bound - STEP);
    }
    return bound;
  }
}
