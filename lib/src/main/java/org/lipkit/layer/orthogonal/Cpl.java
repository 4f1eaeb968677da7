package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.Pass;
import org.lipkit.tensor.Tensors;

/**
 * The convex potential layer (Meunier et al. 2022), {@code y = x - 2 / sigma^2 V^T relu(V x + b)}
 * with sigma the norm of V. As in the paper, sigma is what one step of power iteration in every
 * training pass has found so far. That is at most the norm, and where it is less the layer's bound
 * is above 1: a layer that has not been trained needs passes in training before its bound comes
 * down.
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
  protected NDArray scale(Pass pass) {
    NDArray sigma = inner().norm(pass, 1);
    return Tensors.scalar(sigma, 1)
        .div(Correlations.positive(sigma.square()))
        .reshape(new Shape(1));
  }
}
