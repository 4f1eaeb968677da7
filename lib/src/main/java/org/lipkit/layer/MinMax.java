package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Halves;

/**
 * Sorts pairs of channels: with the channels split into halves a and b, {@code y = [max(a, b),
 * min(a, b)]}. It permutes entries, so it keeps gradient norms; 1-Lipschitz, and exact in floating
 * point (Anil et al. 2019, used by GloRo and LiResNet).
 *
 * <p>It is {@link GroupSort} with groups of 2, without the cost of a sort. Its gradient is that of
 * {@code x + [e, -e]} with {@code e = relu(b - a)}, equal up to rounding and much cheaper than that
 * of max and min. Training takes the values from there, too; evaluation takes the exact ones.
 *
 * <ul>
 *   <li>x and y: (N, C, ...) with C even
 * </ul>
 */
public final class MinMax extends Layer {

  /** Creates the layer. */
  public MinMax() {}

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireMultiple(name(), "channels", input.get(0), 2);
    return input;
  }

  @Override
  public Form form(Pass pass) {
    return exact(
        pass.isTraining() ? MinMax::cheap : x -> Gradients.along(x, Halves::sorted, MinMax::cheap));
  }

  private static NDArray cheap(NDArray x) {
    NDList halves = x.split(2, 1);
    NDArray excess = Activation.relu(halves.get(1).sub(halves.get(0)));
    return excess.concat(excess.neg(), 1).addi(x);
  }
}
