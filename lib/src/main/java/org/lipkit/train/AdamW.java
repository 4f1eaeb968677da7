package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.lipkit.tensor.AdamStep;

/**
 * AdamW (Loshchilov and Hutter 2019): with gradient g, moments {@code m <- b1 m + (1 - b1) g} and
 * {@code v <- b2 v + (1 - b2) g^2}, then {@code w <- (1 - rate * decay) w - rate * m' / (sqrt(v') +
 * 1e-8)} where m' and v' are the moments divided by {@code 1 - b^t}. b1 = 0.9, b2 = 0.999; decay 0
 * gives Adam.
 *
 * @param decay the decoupled weight decay, at least 0, multiplied by the learning rate
 */
public record AdamW(double decay) implements Optimizer {

  /**
   * Checks the decay.
   *
   * @param decay at least 0
   */
  public AdamW {
    Optimizer.requireDecay(decay);
  }

  @Override
  public Updater start(List<NDArray> weights) {
    return new Moments(weights, decay);
  }

  /** Both moments of the gradients of some weights. */
  static class Moments implements Updater {

    final List<NDArray> weights;
    final List<NDArray> first;
    final List<NDArray> second;
    final AdamStep constants;

    Moments(List<NDArray> weights, double decay) {
      this.weights = weights;
      this.constants = new AdamStep(0.9, 0.999, 1e-8, decay);
      this.first = Optimizer.zeros(weights);
      this.second = Optimizer.zeros(weights);
    }

    @Override
    public void step(List<NDArray> gradients, double rate, long time) {
      constants.apply(weights, gradients, first, second, rate, time);
    }

    @Override
    public Map<String, NDArray> state() {
      Map<String, NDArray> state = Optimizer.named("adam_first_", first);
      state.putAll(Optimizer.named("adam_second_", second));
      return state;
    }
  }
}
