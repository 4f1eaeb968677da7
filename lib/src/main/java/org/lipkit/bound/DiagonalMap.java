package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * A map that multiplies every entry with its own factor, {@code x -> factors * x}; its norm is the
 * largest absolute value of a factor.
 *
 * @param factors in a shape that spreads over an input, for example (C, 1, 1) over (C, H, W)
 * @param inputShape the shape of one input
 */
public record DiagonalMap(NDArray factors, Shape inputShape) implements LinearMap {

  @Override
  public NDArray apply(NDArray x) {
    return x.mul(factors);
  }

  @Override
  public NDArray adjoint(NDArray y) {
    return y.mul(factors);
  }
}
