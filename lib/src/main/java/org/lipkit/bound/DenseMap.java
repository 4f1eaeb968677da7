package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * The linear operator of a dense layer, {@code x -> x W^T}.
 *
 * @param matrix W, (outputs, inputs)
 */
public record DenseMap(NDArray matrix) implements LinearMap {

  /**
   * Describes the operator.
   *
   * @param matrix W, (outputs, inputs)
   * @throws IllegalArgumentException if it is no matrix
   */
  public DenseMap {
    requireMatrices(matrix, 1);
  }

  /** Refuses what is not so many matrices of one size, one above the other. */
  static void requireMatrices(NDArray weight, int blocks) {
    Shape shape = weight.getShape();
    if (shape.dimension() != 2 || blocks < 1 || shape.get(0) % blocks != 0) {
      throw Given.refused(
          "An array of shape %s does not hold %d matrices of one size, one above the other; give"
              + " it the shape (matrices O, I).",
          shape, blocks);
    }
  }

  @Override
  public Shape inputShape() {
    return new Shape(matrix.getShape().get(1));
  }

  @Override
  public NDArray apply(NDArray x) {
    return x.matMul(matrix.transpose());
  }

  @Override
  public NDArray adjoint(NDArray y) {
    return y.matMul(matrix);
  }

  @Override
  public NDManager newManager() {
    return Tensors.newManagerBeside(matrix);
  }
}
