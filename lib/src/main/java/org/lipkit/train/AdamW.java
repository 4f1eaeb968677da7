package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.lipkit.tensor.Tensors;

/**
 * AdamW (Loshchilov and Hutter 2019): with gradient g, moments {@code m <- b1 m + (1 - b1) g} and
 * {@code v <- b2 v + (1 - b2) g^2}, then {@code w <- (1 - rate * decay) w - rate * m' / (sqrt(v') +
 * 1e-8)} where m' and v' are the moments divided by {@code 1 - b^t}. b1 = 0.9, b2 = 0.999; decay 0
 * gives Adam.
 */
public class AdamW implements Optimizer {

  /** b1, the share of the first moment that stays. */
  protected static final double BETA1 = 0.9;

  private static final double BETA2 = 0.999;
  private static final float EPSILON = 1e-8f;

  private final List<NDArray> weights;
  private final double decay;
  private final List<NDArray> first;
  private final List<NDArray> second;

  /**
   * Creates the optimizer with zero moments, which join their weights' manager.
   *
   * @param weights the leaf arrays to train
   * @param decay the weight decay, at least 0
   */
  public AdamW(List<NDArray> weights, double decay) {
    this.weights = weights;
    this.decay = decay;
    this.first = Optimizers.zeros(weights);
    this.second = Optimizers.zeros(weights);
  }

  @Override
  public final void step(List<NDArray> gradients, double rate, long time) {
    float correction = (float) (1 / (1 - Math.pow(BETA2, time)));
    Tensors.withoutGradient(
        () -> {
          for (int i = 0; i < weights.size(); i++) {
            NDArray gradient = gradients.get(i);
            NDArray m = first.get(i);
            NDArray v = second.get(i);
            m.muli((float) BETA1).addi(gradient.mul((float) (1 - BETA1)));
            v.muli((float) BETA2).addi(gradient.square().mul((float) (1 - BETA2)));
            NDArray scale = v.mul(correction).sqrt().add(EPSILON);
            NDArray update = momentum(m, gradient, rate, time).div(scale);
            weights.get(i).muli((float) (1 - rate * decay)).subi(update);
          }
          return null;
        });
  }

  /**
   * The update before it is divided by {@code sqrt(v') + 1e-8}; {@code rate * m'} here.
   *
   * @param m the first moment after this step's gradient
   * @param gradient this step's gradient
   * @param rate the learning rate
   * @param time the number of this step, from 1
   * @return an array of the weight's shape
   */
  protected NDArray momentum(NDArray m, NDArray gradient, double rate, long time) {
    float correction = (float) (1 / (1 - Math.pow(BETA1, time)));
    return m.mul((float) rate * correction);
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = Optimizers.named("adam_first_", first);
    state.putAll(Optimizers.named("adam_second_", second));
    return state;
  }
}
