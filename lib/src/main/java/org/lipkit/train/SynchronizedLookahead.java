package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * {@link Lookahead} whose slow weights move at the end of every epoch too, {@code s <- s + share *
 * (w - s)} and {@code w <- s}, whatever the number of steps since they last moved (the code of
 * LiResNet++, Hu et al. 2024, "A Recipe for Improved Certifiable Robustness"). So what is evaluated
 * after an epoch are the slow weights, unless the recipe averages weights.
 *
 * @param steps k, at least 1
 * @param share how far the slow weights go, in (0, 1]
 * @param inner changes the same weights
 */
public record SynchronizedLookahead(int steps, double share, Optimizer inner) implements Optimizer {

  /**
   * Checks the numbers.
   *
   * @param steps at least 1
   * @param share in (0, 1]
   * @param inner changes the same weights
   */
  public SynchronizedLookahead {
    lookahead(steps, share, inner);
  }

  private static Lookahead lookahead(int steps, double share, Optimizer inner) {
    return new Lookahead(steps, share, inner);
  }

  @Override
  public Updater start(List<NDArray> weights) {
    return new Lookahead.Slow(lookahead(steps, share, inner), weights) {
      @Override
      public void epochEnded() {
        super.epochEnded();
        synchronise();
      }
    };
  }
}
