package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** The linear map of a matrix, (outputs, inputs). */
record MatrixMap(NDArray matrix) implements LinearMap {

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
}
