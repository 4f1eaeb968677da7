package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.lipkit.tensor.Tensors;

/**
 * Stochastic gradient descent with momentum: with {@code h = g + decay * w} (L2 weight decay, the
 * gradient of {@code decay / 2 ||w||^2}) and the velocity {@code u <- momentum * u + h}, {@code w
 * <- w - rate * u}; in Nesterov's form (Sutskever et al. 2013) {@code w <- w - rate * (h + momentum
 * * u)}.
 */
public final class Sgd implements Optimizer {

  private final List<NDArray> weights;
  private final float momentum;
  private final boolean nesterov;
  private final float decay;
  private final List<NDArray> velocities;

  /**
   * Creates the optimizer at rest; its velocities join their weights' manager.
   *
   * @param weights the leaf arrays to train
   * @param momentum in [0, 1)
   * @param nesterov whether to look ahead along the velocity
   * @param decay the L2 weight decay, at least 0
   */
  public Sgd(List<NDArray> weights, double momentum, boolean nesterov, double decay) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "SGD's momentum must lie in [0, 1), not " + momentum + ".");
    }
    this.weights = weights;
    this.momentum = (float) momentum;
    this.nesterov = nesterov;
    this.decay = (float) decay;
    this.velocities = Optimizers.zeros(weights);
  }

  @Override
  public void step(List<NDArray> gradients, double rate, long time) {
    Tensors.withoutGradient(
        () -> {
          for (int i = 0; i < weights.size(); i++) {
            NDArray weight = weights.get(i);
            NDArray gradient = gradients.get(i).add(weight.mul(decay));
            NDArray velocity = velocities.get(i).muli(momentum).addi(gradient);
            NDArray direction = nesterov ? gradient.add(velocity.mul(momentum)) : velocity;
            weight.subi(direction.mul((float) rate));
          }
          return null;
        });
  }

  @Override
  public Map<String, NDArray> state() {
    return Optimizers.named("sgd_velocity_", velocities);
  }
}
