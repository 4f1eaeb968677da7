package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import org.lipkit.bound.NormMethod;

/**
 * Sorts pairs of channels: with the channels split into halves a and b, {@code y = [max(a, b),
 * min(a, b)]}. It permutes entries, so it keeps gradient norms; 1-Lipschitz, and exact in floating
 * point (Anil et al. 2019, used by GloRo and LiResNet).
 *
 * <p>It is {@link GroupSort} with groups of 2, without the cost of a sort. In training it is
 * computed as {@code x + [e, -e]} with {@code e = relu(b - a)}, equal up to rounding and with a
 * much cheaper gradient.
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
    NDList halves = x.split(2, 1);
    NDArray a = halves.get(0);
    NDArray b = halves.get(1);
    if (training) {
      NDArray excess = Activation.relu(b.sub(a));
      return excess.concat(excess.neg(), 1).addi(x);
    }
    return NDArrays.maximum(a, b).concat(NDArrays.minimum(a, b), 1);
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.copying(x -> apply(x, false));
  }
}
