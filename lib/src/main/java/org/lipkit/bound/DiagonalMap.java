package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lipkit.tensor.Tensors;

/**
 * A map that multiplies every entry with its own factor, {@code x -> factors * x}; its norm is the
 * largest absolute value of a factor.
 *
 * @param factors in a shape that spreads over an input, for example (C, 1, 1) over (C, H, W)
 * @param inputShape the shape of one input
 */
public record DiagonalMap(NDArray factors, Shape inputShape) implements LinearMap {

  /**
   * Describes the map.
   *
   * @param factors in a shape that spreads over an input
   * @param inputShape the shape of one input
   * @throws IllegalArgumentException if the factors would make the output larger than the input
   */
  public DiagonalMap {
    Shape shape = factors.getShape();
    int before = inputShape.dimension() - shape.dimension();
    for (int axis = 0; axis < shape.dimension(); axis++) {
      long size = shape.get(axis);
      if (size != 1 && (before + axis < 0 || size != inputShape.get(before + axis))) {
        throw new IllegalArgumentException(
            "Factors of shape "
                + shape
                + " do not spread over an input of shape "
                + inputShape
                + "; each of their axes must be as long as the input's or 1.");
      }
    }
  }

  @Override
  public NDArray apply(NDArray x) {
    return x.mul(factors);
  }

  @Override
  public NDArray adjoint(NDArray y) {
    return y.mul(factors);
  }

  @Override
  public NDManager newManager() {
    return Tensors.newManagerBeside(factors);
  }
}
