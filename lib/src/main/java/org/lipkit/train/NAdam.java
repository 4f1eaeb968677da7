package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * NAdam (Dozat 2016, algorithm 8): {@link AdamW} with Nesterov momentum of the schedule {@code mu_t
 * = 0.9 (1 - 0.96^(0.004 t) / 2)}. Where AdamW has m', NAdam has
 *
 * <pre>  mu_(t+1) m / (1 - mu_1 ... mu_(t+1))  +  (1 - mu_t) g / (1 - mu_1 ... mu_t).</pre>
 */
public final class NAdam extends AdamW {

  private long counted;
  private double product = 1;

  /**
   * Creates the optimizer with zero moments, which join their weights' manager.
   *
   * @param weights the leaf arrays to train
   * @param decay the decoupled weight decay, at least 0
   */
  public NAdam(List<NDArray> weights, double decay) {
    super(weights, decay);
  }

  @Override
  protected NDArray momentum(NDArray m, NDArray gradient, double rate, long time) {
    while (counted < time) {
      product *= share(++counted);
    }
    double next = share(time + 1);
    double ofMoment = rate * next / (1 - product * next);
    double ofGradient = rate * (1 - share(time)) / (1 - product);
    return m.mul((float) ofMoment).add(gradient.mul((float) ofGradient));
  }

  private static double share(long time) {
    return BETA1 * (1 - Math.pow(0.96, 0.004 * time) / 2);
  }
}
