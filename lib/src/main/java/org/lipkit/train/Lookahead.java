package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.tensor.Tensors;

/**
 * Lookahead (Zhang et al. 2019, algorithm 1) around another optimizer: after every k of its steps
 * the slow weights move towards where it got, {@code s <- s + share * (w - s)}, and it goes on from
 * there, {@code w <- s}. Weights are recorded as the inner optimizer left them.
 */
public final class Lookahead implements Optimizer {

  private final Optimizer inner;
  private final List<NDArray> weights;
  private final int steps;
  private final float share;
  private final List<NDArray> slow;

  /**
   * Creates the optimizer; the slow weights start at the weights and join their manager.
   *
   * @param inner changes the same weights
   * @param weights the leaf arrays to train
   * @param steps k, at least 1
   * @param share how far the slow weights go, in (0, 1]
   */
  public Lookahead(Optimizer inner, List<NDArray> weights, int steps, double share) {
    if (!(steps >= 1 && share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          String.format(
              "Lookahead needs at least 1 step and a share in (0, 1], not %d and %s.",
              steps, share));
    }
    this.inner = inner;
    this.weights = weights;
    this.steps = steps;
    this.share = (float) share;
    this.slow = weights.stream().map(weight -> Tensors.withoutGradient(weight::duplicate)).toList();
  }

  @Override
  public void step(List<NDArray> gradients, double rate, long time) {
    inner.step(gradients, rate, time);
    if (time % steps != 0) {
      return;
    }
    Tensors.withoutGradient(
        () -> {
          for (int i = 0; i < weights.size(); i++) {
            NDArray s = slow.get(i);
            s.addi(weights.get(i).sub(s).mul(share));
            Tensors.copy(s, weights.get(i));
          }
          return null;
        });
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>(inner.state());
    state.putAll(Optimizers.named("lookahead_slow_", slow));
    return state;
  }
}
