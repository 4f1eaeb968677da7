package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.lipkit.tensor.Tensors;

/**
 * The average of the weights over the steps of training, each step counting {@code decay} times as
 * much as the next: {@code a_t = sum_i decay^(t - i) w_i / sum_i decay^(t - i)}, i = 1 .. t (Polyak
 * and Juditsky 1992, with exponential weights; without a part for the first weights, as Adam's
 * corrected moments). Training goes on with the weights themselves; the average is evaluated.
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
   * Counts the weights as they are.
   *
   * @param time the number of the step that led to them, from 1
   */
  public void update(long time) {
    float share = (float) ((1 - decay) / (1 - Math.pow(decay, time)));
    Tensors.withoutGradient(
        () -> {
          for (int i = 0; i < weights.size(); i++) {
            averages.get(i).addi(weights.get(i).sub(averages.get(i)).mul(share));
          }
          return null;
        });
  }

  /**
   * Puts the averages in the weights' place while something looks at them.
   *
   * @param evaluation what looks; the weights are themselves again when it ends
   */
  public void during(Runnable evaluation) {
    swap();
    try {
      evaluation.run();
    } finally {
      swap();
    }
  }

  /** Puts the averages in the weights' place for good. */
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

  /**
   * The averages, for checkpoints.
   *
   * @return the arrays themselves, by name
   */
  public Map<String, NDArray> state() {
    return Optimizer.named("average_", averages);
  }
}
