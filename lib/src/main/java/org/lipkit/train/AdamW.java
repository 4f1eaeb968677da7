package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.tensor.Tensors;

/**
 * AdamW (Loshchilov and Hutter 2019): with gradient g, moments {@code m <- b1 m + (1 - b1) g} and
 * {@code v <- b2 v + (1 - b2) g^2}, then {@code w <- (1 - rate * decay) w - rate * m' / (sqrt(v') +
 * 1e-8)} where m' and v' are the moments divided by {@code 1 - b^t}. b1 = 0.9, b2 = 0.999; decay 0
 * gives Adam.
 */
public final class AdamW {

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final float EPSILON = 1e-8f;

  private final List<NDArray> weights;
  private final double decay;
  private final List<NDArray> first = new ArrayList<>();
  private final List<NDArray> second = new ArrayList<>();

  /**
   * Creates the optimizer with zero moments, which join their weights' manager.
   *
   * @param weights the leaf arrays to train
   * @param decay the weight decay, at least 0
   */
  public AdamW(List<NDArray> weights, double decay) {
    this.weights = weights;
    this.decay = decay;
    for (NDArray weight : weights) {
      first.add(weight.zerosLike());
      second.add(weight.zerosLike());
    }
  }

  /**
   * Updates all weights in place.
   *
   * @param gradients one a weight, of the same shape
   * @param rate the learning rate
   * @param time the number of this step, from 1
   */
  public void step(List<NDArray> gradients, double rate, long time) {
    float correction1 = (float) (1 / (1 - Math.pow(BETA1, time)));
    float correction2 = (float) (1 / (1 - Math.pow(BETA2, time)));
    Tensors.withoutGradient(
        () -> {
          for (int i = 0; i < weights.size(); i++) {
            NDArray gradient = gradients.get(i);
            NDArray m = first.get(i);
            NDArray v = second.get(i);
            m.muli((float) BETA1).addi(gradient.mul((float) (1 - BETA1)));
            v.muli((float) BETA2).addi(gradient.square().mul((float) (1 - BETA2)));
            NDArray scale = v.mul(correction2).sqrt().add(EPSILON);
            NDArray update = m.mul((float) rate * correction1).div(scale);
            weights.get(i).muli((float) (1 - rate * decay)).subi(update);
          }
          return null;
        });
  }

  /**
   * The moments, for checkpoints.
   *
   * @return the arrays themselves, by name
   */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (int i = 0; i < weights.size(); i++) {
      state.put("adam_first_" + i, first.get(i));
      state.put("adam_second_" + i, second.get(i));
    }
    return state;
  }
}
