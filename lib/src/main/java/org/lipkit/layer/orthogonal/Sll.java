package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.Pass;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Tensors;

/**
 * The SDP-based Lipschitz layer (Araujo et al. 2023), {@code y = x - 2 V^T T^-1 relu(V x + b)} with
 * the diagonal {@code T_ii = sum_j |V V^T|_ij q_j / q_i}, q > 0. By Gershgorin's theorem T - V V^T
 * is positive semi-definite after the scaling by q, so that {@code ||T^(-1/2) V|| <= 1}. For a
 * convolution i and j are channels and the sum goes over the correlations of their kernels at every
 * shift.
 *
 * <ul>
 *   <li>x and y: (N, ...), an input of V; log q: (channels of V), normal
 * </ul>
 */
public final class Sll extends ConvexPotential {

  private final Parameter logarithm;

  /**
   * Creates the layer.
   *
   * @param inner V and b, a {@link Dense} or a {@link Convolution} with stride 1
   */
  public Sll(LinearLayer inner) {
    super(inner);
    logarithm =
        trained("logarithm", WeightInit.gaussian(1), input -> inner.outputShape(input).slice(0, 1));
  }

  @Override
  protected NDArray scale(Pass pass) {
    NDArray q = logarithm.getArray().exp();
    NDArray sums = Correlations.absolute(Correlations.kernels(inner().weight()));
    NDArray t = sums.matMul(q.expandDims(1)).squeeze(1).div(q);
    return Tensors.scalar(t, 1).div(Correlations.positive(t));
  }
}
