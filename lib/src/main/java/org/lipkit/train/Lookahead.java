package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * Lookahead (Zhang et al. 2019, algorithm 1) around another optimizer: after every k of its steps
 * the slow weights move towards where it got, {@code s <- s + share * (w - s)}, and it goes on from
 * there, {@code w <- s}. Weights are recorded as the inner optimizer left them.
 *
 * @param steps k, at least 1
 * @param share how far the slow weights go, in (0, 1]
 * @param inner changes the same weights
 */
public record Lookahead(int steps, double share, Optimizer inner) implements Optimizer {

  /**
   * Checks the numbers.
   *
   * @param steps at least 1
   * @param share in (0, 1]
   * @param inner changes the same weights
   */
  public Lookahead {
    Given.notNull("The optimizer within Lookahead", inner);
    if (!(steps >= 1 && share > 0 && share <= 1)) {
      throw Given.refused(
          "Lookahead needs at least 1 step and a share in (0, 1], not %d and %s.", steps, share);
    }
  }

  @Override
  public Updater start(List<NDArray> weights) {
    return new Slow(this, weights);
  }

  /** The inner optimizer at work, with the slow weights. */
  static class Slow implements Updater {

    private final Lookahead settings;
    private final List<NDArray> weights;
    private final Updater fast;
    private final List<NDArray> slow;

    Slow(Lookahead settings, List<NDArray> weights) {
      this.settings = settings;
      this.weights = weights;
      this.fast = settings.inner.start(weights);
      this.slow =
          weights.stream().map(weight -> Tensors.withoutGradient(weight::duplicate)).toList();
    }

    @Override
    public void step(List<NDArray> gradients, double rate, long time) {
      fast.step(gradients, rate, time);
      if (time % settings.steps == 0) {
        synchronise();
      }
    }

    @Override
    public void epochEnded() {
      fast.epochEnded();
    }

    /** The slow weights move, and the inner optimizer goes on from there. */
    final void synchronise() {
      for (int i = 0; i < weights.size(); i++) {
        NDArray s = slow.get(i);
        s.addi(weights.get(i).sub(s).mul((float) settings.share));
        Tensors.copy(s, weights.get(i));
      }
    }

    @Override
    public Map<String, NDArray> state() {
      Map<String, NDArray> state = new LinkedHashMap<>(fast.state());
      state.putAll(Optimizer.named("lookahead_slow_", slow));
      return state;
    }
  }
}
