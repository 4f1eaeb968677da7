package org.lipkit.train;

import java.util.List;

/**
 * How the learning rate falls after the warm-up, as a multiple of the largest one: an immutable
 * value. One record is one decay.
 */
@FunctionalInterface
public interface LearningRateDecay {

  /**
   * {@return the learning rate at a time, divided by the largest one, in [0, 1]}
   *
   * @param epoch the time in epochs since the start of training, fractions included
   * @param start when the warm-up ended
   * @param end when training ends, at least {@code start}
   */
  double at(double epoch, double start, double end);

  /** No decay: the largest learning rate to the end. */
  record Constant() implements LearningRateDecay {

    @Override
    public double at(double epoch, double start, double end) {
      return 1;
    }
  }

  /**
   * A cosine from the warm-up's end to the end of training (Hu et al. 2023, appendix).
   *
   * @param last the multiple at the end, in [0, 1]
   */
  record Cosine(double last) implements LearningRateDecay {

    /**
     * Checks the number.
     *
     * @param last in [0, 1]
     */
    public Cosine {
      require(last >= 0 && last <= 1, "cosine", last);
    }

    @Override
    public double at(double epoch, double start, double end) {
      double t = Math.min(1, (epoch - start) / Math.max(end - start, 1e-9));
      return last + (1 - last) * (1 + Math.cos(Math.PI * t)) / 2;
    }
  }

  /**
   * A drop at each of some times (Tsuzuku et al. 2018: by 0.1 at epochs 80 and 120 of 160).
   *
   * @param factor what the learning rate is multiplied by each time, in (0, 1]
   * @param shares when, as shares of training: 0.5 and 0.75 there
   */
  record Steps(double factor, List<Double> shares) implements LearningRateDecay {

    /**
     * Checks the factor.
     *
     * @param factor in (0, 1]
     * @param shares when, as shares of training: 0.5 and 0.75 there; copied
     */
    public Steps {
      require(factor > 0 && factor <= 1, "stepwise", factor);
      shares = List.copyOf(shares);
    }

    @Override
    public double at(double epoch, double start, double end) {
      return Math.pow(factor, shares.stream().filter(drop -> drop * end <= epoch).count());
    }
  }

  /**
   * Constant for the first half of training, then falling by an even factor to its end (Leino et
   * al. 2021, "decay after half" in their code).
   *
   * @param last the multiple at the end, in (0, 1]
   */
  record AfterHalf(double last) implements LearningRateDecay {

    /**
     * Checks the number.
     *
     * @param last in (0, 1]
     */
    public AfterHalf {
      require(last > 0 && last <= 1, "half-time", last);
    }

    @Override
    public double at(double epoch, double start, double end) {
      return Math.pow(last, Math.max(0, Math.min(1, 2 * epoch / end - 1)));
    }
  }

  /**
   * One cycle (Smith and Topin 2018, "Super-convergence", as in PyTorch): up and down again along
   * two halves of a cosine. With it a recipe's own warm-up is set to 0.
   *
   * @param first the multiple at the start, in [0, 1]; 1/25 as usual
   * @param rise the share of the time in which the learning rate rises, in (0, 1); 0.3 as usual
   * @param last the multiple at the end, in [0, 1]; 4e-6 as usual
   */
  record OneCycle(double first, double rise, double last) implements LearningRateDecay {

    /** The cycle with the usual numbers. */
    public OneCycle() {
      this(1 / 25.0, 0.3, 4e-6);
    }

    /**
     * Checks the numbers.
     *
     * @param first in [0, 1]
     * @param rise in (0, 1)
     * @param last in [0, 1]
     */
    public OneCycle {
      require(first >= 0 && first <= 1, "one-cycle", first);
      require(last >= 0 && last <= 1, "one-cycle", last);
      if (!(rise > 0 && rise < 1)) {
        throw new IllegalArgumentException(
            "One cycle rises for a share of training in (0, 1), not " + rise + ".");
      }
    }

    @Override
    public double at(double epoch, double start, double end) {
      double t = Math.min(1, (epoch - start) / Math.max(end - start, 1e-9));
      return t < rise ? between(1, first, t / rise) : between(last, 1, (t - rise) / (1 - rise));
    }

    /** From b at t = 0 to a at t = 1. */
    private static double between(double a, double b, double t) {
      return a + (b - a) * (1 + Math.cos(Math.PI * t)) / 2;
    }
  }

  private static void require(boolean holds, String decay, double multiple) {
    if (!holds) {
      throw new IllegalArgumentException(
          "A " + decay + " decay cannot multiply the learning rate by " + multiple + ".");
    }
  }
}
