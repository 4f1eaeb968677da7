package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lipkit.tensor.Tensors;

/** A linear map between spaces of arrays, with its adjoint; batches run along a leading axis. */
public interface LinearMap {

  /**
   * The shape of one input.
   *
   * @return the shape without the batch axis
   */
  Shape inputShape();

  /**
   * The map, A x.
   *
   * @param x (N, inputShape)
   * @return (N, output shape)
   */
  NDArray apply(NDArray x);

  /**
   * The map with an offset, A x + b.
   *
   * @param x (N, inputShape)
   * @param offset b, in a shape that spreads over the output
   * @return (N, output shape)
   */
  default NDArray apply(NDArray x, NDArray offset) {
    return apply(x).add(offset);
  }

  /**
   * The adjoint, A^T y: {@code <apply(x), y> = <x, adjoint(y)>} for all x and y.
   *
   * @param y (N, output shape)
   * @return (N, inputShape)
   */
  NDArray adjoint(NDArray y);

  /**
   * A new manager for arrays to be mapped, which lies where the map's own arrays do.
   *
   * @return the manager, to be closed; by default one of the device that is chosen
   */
  default NDManager newManager() {
    return Tensors.newManager();
  }
}
