package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import org.lipkit.bound.NormMethod;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.LinearOperators;

/**
 * Sorts pairs of channels: with the channels split into halves a and b, {@code y = [max(a, b),
 * min(a, b)]}. It permutes entries, so it keeps gradient norms; 1-Lipschitz, and exact in floating
 * point (Anil et al. 2019, used by GloRo and LiResNet).
 *
 * <p>It is {@link GroupSort} with groups of 2, without the cost of a sort. In training it is
 * computed as {@code x - D^T relu(D x)} with {@code D x = b - a}, equal up to rounding and faster
 * with its gradient; on images D is a 1x1 convolution.
 *
 * <ul>
 *   <li>x and y: (N, C, ...) with C even
 * </ul>
 */
public final class MinMax extends FixedLayer {

  /** Creates the layer. */
  public MinMax() {}

  @Override
  protected double constant() {
    return 1;
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireMultiple("MinMax", "channels", input.get(1), 2);
    return input;
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    if (training && x.getShape().dimension() == 4) {
      return sortedByConvolution(x);
    }
    NDList halves = x.split(2, 1);
    NDArray a = halves.get(0);
    NDArray b = halves.get(1);
    if (training) {
      NDArray excess = Activation.relu(b.sub(a));
      return x.add(excess.concat(excess.neg(), 1));
    }
    return NDArrays.maximum(a, b).concat(NDArrays.minimum(a, b), 1);
  }

  private static NDArray sortedByConvolution(NDArray x) {
    int pairs = (int) x.getShape().get(1) / 2;
    NDArray identity = x.getManager().eye(pairs, pairs, 0, BFloat16.weightType(x));
    NDArray difference = identity.neg().concat(identity, 1);
    NDArray excess = Activation.relu(convolve(x, difference));
    return x.sub(convolve(excess, difference.transpose()));
  }

  private static NDArray convolve(NDArray x, NDArray matrix) {
    NDArray kernels = matrix.expandDims(2).expandDims(3);
    return LinearOperators.convolve(x, kernels, null, 1, 0, 1);
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.copying(x -> apply(x, false));
  }
}
