package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.lipkit.tensor.Tensors;

/**
 * The convex potential layer (Meunier et al. 2022), {@code y = x - 2 / sigma^2 V^T relu(V x + b)}
 * with sigma the norm of V. As in the paper, sigma is what one step of power iteration in every
 * training pass has found so far. That is at most the norm, and where it is less the layer's bound
 * is above 1: a layer that has not been trained needs passes in training before its bound comes
 * down.
 *
 * <p>Training runs one forward pass, then the backward pass: a second forward pass in between would
 * move the power-iteration vector that the gradient needs.
 *
 * <ul>
 *   <li>x and y: (N, ...), an input of V
 * </ul>
 */
public final class Cpl extends ConvexPotential {

  /**
   * Creates the layer.
   *
   * @param inner V and b, a {@link Dense} or a {@link Convolution} with stride 1
   */
  public Cpl(LinearLayer inner) {
    super(inner);
  }

  @Override
  protected NDArray scale(boolean training) {
    NDArray one = Tensors.scalar(inner().weight(), 1);
    NDArray sigma = inner().lipschitz(one, training ? 1 : 0);
    return one.div(Correlations.positive(sigma.square())).reshape(new Shape(1));
  }
}
