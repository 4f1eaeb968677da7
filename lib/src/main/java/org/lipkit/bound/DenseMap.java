package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lipkit.tensor.Tensors;

/**
 * The linear operator of a dense layer, {@code x -> x W^T}.
 *
 * @param matrix W, (outputs, inputs)
 */
public record DenseMap(NDArray matrix) implements LinearMap {

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
