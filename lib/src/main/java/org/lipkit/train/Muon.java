package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lipkit.tensor.NewtonSchulz;
import org.lipkit.text.Given;

/**
 * Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"): momentum
 * whose direction is orthogonalised. With gradient g and velocity {@code u <- momentum u + g},
 *
 * <pre>  w &lt;- (1 - rate decay) w - rate O(g + momentum u),</pre>
 *
 * where O brings all singular values of the weight's matrix (outputs, all other axes) close to 1.
 * That is steepest descent in the spectral norm, which Lipschitz bounds are made of: a step moves a
 * dense layer's norm by about the learning rate at most, whatever the gradient's length.
 *
 * <p>Only matrices and kernels have such a step, (outputs, inputs) or (outputs, inputs, k, k) with
 * more than one row and column. Biases and factors go to another optimizer.
 *
 * @param momentum in [0, 1), 0.95 as published
 * @param decay the decoupled weight decay, at least 0, multiplied by the learning rate
 * @param rest changes the other weights
 * @param restRate their learning rate as a multiple of the recipe's, above 0; the step of a matrix
 *     is of norm 1, so that Muon's rates are ten times those of AdamW or more
 */
public record Muon(double momentum, double decay, Optimizer rest, double restRate)
    implements Optimizer {

  /** Keeps the step of a layer small whose gradients have vanished. */
  private static final float SMALLEST = 1e-7f;

  /** Drives every singular value towards 1. */
  private static final NewtonSchulz ITERATION = new NewtonSchulz(3.4445, -4.7750, 2.0315, 5);

  /**
   * Checks the numbers.
   *
   * @param momentum in [0, 1)
   * @param decay at least 0
   * @param rest changes the other weights
   * @param restRate above 0
   */
  public Muon {
    Optimizer.requireDecay(decay);
    if (!(momentum >= 0 && momentum < 1 && restRate > 0 && rest != null)) {
      throw Given.refused(
          "Muon needs a momentum in [0, 1), an optimizer for the rest and a rate above 0 for"
              + " it, not %s, %s and %s.",
          momentum, rest, restRate);
    }
  }

  @Override
  public Updater start(List<NDArray> weights) {
    return new SplitUpdater(
        weights,
        place -> isMatrix(weights.get(place).getShape()),
        matrices -> new Velocities("muon_velocity_", matrices, this::move),
        rest,
        restRate);
  }

  private static boolean isMatrix(Shape shape) {
    boolean isLayer = shape.dimension() == 2 || shape.dimension() == 4;
    return isLayer && shape.get(0) > 1 && shape.get(0) < shape.size();
  }

  /**
   * The matrix with the same singular vectors and singular values close to 1, by Newton-Schulz
   * iterations: 0.68 to 1.21 for those that are at least 0.002 of the matrix's Frobenius norm,
   * smaller ones less. A matrix whose norm is below 1e-7 is divided by 1e-7 instead, so that it
   * hardly moves.
   *
   * @param matrix (m, n)
   * @return (m, n); 0 if the matrix is
   */
  static NDArray orthogonalised(NDArray matrix) {
    return ITERATION.apply(matrix.div(matrix.norm().maximum(SMALLEST)));
  }

  private void move(NDArray weight, NDArray g, NDArray velocity, double rate) {
    velocity.muli((float) momentum).addi(g);
    NDArray ahead = g.add(velocity.mul((float) momentum));
    NDArray step = orthogonalised(ahead.reshape(weight.getShape().get(0), -1));
    weight.muli((float) (1 - rate * decay)).subi(step.reshape(weight.getShape()).mul((float) rate));
  }
}
