package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * The mean of every channel. By the Cauchy-Schwarz inequality its Lipschitz constant is {@code 1 /
 * sqrt(H W)}, attained by channels that are constant.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C)
 * </ul>
 */
public final class GlobalAveragePooling extends Layer {

  private static final int[] PIXELS = {2};

  /** Creates the layer. */
  public GlobalAveragePooling() {}

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
    return input.slice(0, 1);
  }

  @Override
  public Form form(Pass pass) {
    long pixels = inputShape().slice(1).size();
    double root = Math.sqrt(pixels);
    // The root of 4^m is 2^m, and 2^-m is exact too.
    double constant =
        root == Math.scalb(1, Math.getExponent(root))
            ? 1 / root
            : Math.nextUp(1 / Math.nextDown(root));
    return rounded(PoolingModel.means(name(), constant, pixels, this::means));
  }

  private NDArray means(NDArray x) {
    Shapes.requireInput(name(), inputShape(), x);
    return x.reshape(x.getShape().get(0), x.getShape().get(1), -1).mean(PIXELS);
  }
}
