package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * NAdam (Dozat 2016, algorithm 8): {@link AdamW} with Nesterov momentum of the schedule {@code mu_t
 * = 0.9 (1 - 0.96^(0.004 t) / 2)}. Where AdamW has m', NAdam has
 *
 * <pre>  mu_(t+1) m / (1 - mu_1 ... mu_(t+1))  +  (1 - mu_t) g / (1 - mu_1 ... mu_t).</pre>
 *
 * @param decay the decoupled weight decay, at least 0, multiplied by the learning rate
 */
public record NAdam(double decay) implements Optimizer {

  /**
   * Checks the decay.
   *
   * @param decay at least 0
   */
  public NAdam {
    Optimizer.requireDecay(decay);
  }

  @Override
  public Updater start(List<NDArray> weights) {
    return new Accelerated(weights, decay);
  }

  private static final class Accelerated extends AdamW.Moments {

    private long counted;
    private double product = 1;

    Accelerated(List<NDArray> weights, double decay) {
      super(weights, decay);
    }

    @Override
    public void step(List<NDArray> gradients, double rate, long time) {
      while (counted < time) {
        product *= momentum(++counted);
      }
      double next = momentum(time + 1);
      float ofMoment = (float) (rate * next / (1 - product * next));
      float ofGradient = (float) (rate * (1 - momentum(time)) / (1 - product));
      float correction = (float) (1 / (1 - Math.pow(constants.beta2(), time)));
      float beta1 = (float) constants.beta1();
      float beta2 = (float) constants.beta2();
      float kept = (float) (1 - rate * constants.decay());
      for (int i = 0; i < weights.size(); i++) {
        NDArray gradient = gradients.get(i);
        NDArray m = first.get(i);
        NDArray v = second.get(i);
        m.muli(beta1).addi(gradient.mul((float) (1 - constants.beta1())));
        v.muli(beta2).addi(gradient.square().mul((float) (1 - constants.beta2())));
        NDArray scale = v.mul(correction).sqrt().add((float) constants.epsilon());
        NDArray update = m.mul(ofMoment).add(gradient.mul(ofGradient)).div(scale);
        weights.get(i).muli(kept).subi(update);
      }
    }

    private double momentum(long time) {
      return constants.beta1() * (1 - Math.pow(0.96, 0.004 * time) / 2);
    }
  }
}
