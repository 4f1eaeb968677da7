package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/**
 * The linear operator of a circular convolution, whose kernels are as large as the images and wrap
 * around their edges; computed by Fourier transforms, whose rounding no sound norm here counts.
 *
 * @param weight kernels, (O, I, n, n)
 */
public record CircularMap(NDArray weight) implements LinearMap {

  @Override
  public Shape inputShape() {
    return weight.getShape().slice(1);
  }

  @Override
  public NDArray apply(NDArray x) {
    return LinearOperators.convolveCircularly(x, weight);
  }

  @Override
  public NDArray adjoint(NDArray y) {
    return LinearOperators.convolveCircularlyAdjoint(y, weight);
  }

  @Override
  public NDManager newManager() {
    return Tensors.newManagerBeside(weight);
  }
}
