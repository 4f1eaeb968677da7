package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.LinearMap;
import org.lipkit.tensor.LinearOperators;

/**
 * The linear operator of a zero-padded convolution on images of one size.
 *
 * @param weight kernels, (O, I, k, k)
 * @param stride the step in both directions
 * @param padding zeros added on each side
 * @param inputShape (I, H, W)
 */
record ConvolutionMap(NDArray weight, int stride, int padding, Shape inputShape)
    implements LinearMap {

  @Override
  public NDArray apply(NDArray x) {
    return LinearOperators.convolve(x, weight, null, stride, padding, 1);
  }

  @Override
  public NDArray adjoint(NDArray y) {
    return LinearOperators.convolveAdjoint(
        y, weight, stride, padding, 1, inputShape.get(1), inputShape.get(2));
  }
}
