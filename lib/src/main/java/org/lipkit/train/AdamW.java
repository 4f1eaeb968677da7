package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.lipkit.tensor.AdamStep;
import org.lipkit.tensor.Tensors;

/**
 * AdamW (Loshchilov and Hutter 2019): with gradient g, moments {@code m <- b1 m + (1 - b1) g} and
 * {@code v <- b2 v + (1 - b2) g^2}, then {@code w <- (1 - rate * decay) w - rate * m' / (sqrt(v') +
 * 1e-8)} where m' and v' are the moments divided by {@code 1 - b^t}. b1 = 0.9, b2 = 0.999; decay 0
 * gives Adam.
 */
public class AdamW implements Optimizer {

  final List<NDArray> weights;
  final List<NDArray> first;
  final List<NDArray> second;
  final AdamStep constants;

  /**
   * Creates the optimizer with zero moments, which join their weights' manager.
   *
   * @param weights the leaf arrays to train
   * @param decay the weight decay, at least 0
   */
  public AdamW(List<NDArray> weights, double decay) {
    this.weights = weights;
    this.constants = new AdamStep(0.9, 0.999, 1e-8, decay);
    this.first = Optimizers.zeros(weights);
    this.second = Optimizers.zeros(weights);
  }

  @Override
  public void step(List<NDArray> gradients, double rate, long time) {
    Tensors.withoutGradient(
        () -> {
          constants.apply(weights, gradients, first, second, rate, time);
          return null;
        });
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = Optimizers.named("adam_first_", first);
    state.putAll(Optimizers.named("adam_second_", second));
    return state;
  }
}
