package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Stochastic gradient descent with momentum: with {@code h = g + decay * w} (L2 weight decay, the
 * gradient of {@code decay / 2 ||w||^2}) and the velocity {@code u <- momentum * u + h}, {@code w
 * <- w - rate * u}; in Nesterov's form (Sutskever et al. 2013) {@code w <- w - rate * (h + momentum
 * * u)}.
 *
 * @param momentum in [0, 1)
 * @param nesterov whether to look ahead along the velocity
 * @param decay the L2 weight decay, at least 0
 */
public record Sgd(double momentum, boolean nesterov, double decay) implements Optimizer {

  /**
   * Checks the numbers.
   *
   * @param momentum in [0, 1)
   * @param nesterov whether to look ahead along the velocity
   * @param decay at least 0
   */
  public Sgd {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "SGD's momentum must lie in [0, 1), not " + momentum + ".");
    }
    Optimizer.requireDecay(decay);
  }

  @Override
  public Updater start(List<NDArray> weights) {
    return new Velocities("sgd_velocity_", weights, this::move);
  }

  private void move(NDArray weight, NDArray g, NDArray velocity, double rate) {
    NDArray h = g.add(weight.mul((float) decay));
    velocity.muli((float) momentum).addi(h);
    NDArray direction = nesterov ? h.add(velocity.mul((float) momentum)) : velocity;
    weight.subi(direction.mul((float) rate));
  }
}
