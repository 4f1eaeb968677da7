package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.lipkit.tensor.Tensors;

/**
 * The average of the weights over the steps of training, where each step counts {@code decay} times
 * as much as the next: {@code a_t = sum_i decay^(t - i) w_i / sum_i decay^(t - i)}, i = 1 .. t
 * (Polyak and Juditsky 1992, with exponential weights). The weights before the first step do not
 * count. Training goes on with the weights themselves; the average is evaluated.
 */
public final class ExponentialMovingAverage {

  private final List<NDArray> weights;
  private final double decay;
  private final List<NDArray> averages;

  /**
   * Creates the average of no steps yet; it joins its weights' manager.
   *
   * @param weights the leaf arrays to average
   * @param decay in [0, 1)
   */
  public ExponentialMovingAverage(List<NDArray> weights, double decay) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException(
          "The average's decay must lie in [0, 1), not " + decay + ".");
    }
    this.weights = weights;
    this.decay = decay;
    this.averages = Optimizer.zeros(weights);
  }

  /**
   * Counts the weights as they are. Call it where nothing is recorded for gradients, as in {@link
   * Tensors#withoutGradient}.
   *
   * @param time the number of the step that led to them, from 1
   */
  public void update(long time) {
    float share = (float) ((1 - decay) / (1 - Math.pow(decay, time)));
    for (int i = 0; i < weights.size(); i++) {
      try (NDArray away = weights.get(i).sub(averages.get(i)).muli(share)) {
        averages.get(i).addi(away);
      }
    }
  }

  /**
   * Puts the averages in the place of the weights during an evaluation.
   *
   * @param evaluation uses the averages; when it ends, the weights are back
   */
  public void during(Runnable evaluation) {
    swap();
    try {
      evaluation.run();
    } finally {
      swap();
    }
  }

  /** Puts the averages in the place of the weights. */
  public void adopt() {
    for (int i = 0; i < weights.size(); i++) {
      Tensors.copy(averages.get(i), weights.get(i));
    }
  }

  private void swap() {
    for (int i = 0; i < weights.size(); i++) {
      try (NDArray weight = weights.get(i).duplicate()) {
        Tensors.copy(averages.get(i), weights.get(i));
        Tensors.copy(weight, averages.get(i));
      }
    }
  }

  /** {@return the averages by name, the arrays themselves, for checkpoints} */
  public Map<String, NDArray> state() {
    return Optimizer.named("average_", averages);
  }
}
