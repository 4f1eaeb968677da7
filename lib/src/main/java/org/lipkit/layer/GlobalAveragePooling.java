package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.NormMethod;

/**
 * The mean of every channel. By the Cauchy-Schwarz inequality its Lipschitz constant is {@code 1 /
 * sqrt(H W)}, attained by channels that are constant.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C)
 * </ul>
 */
public final class GlobalAveragePooling extends FixedLayer {

  private static final int[] PIXELS = {2};

  /** Creates the layer. */
  public GlobalAveragePooling() {}

  private long pixels() {
    return inputShape().get(1) * inputShape().get(2);
  }

  @Override
  protected double constant() {
    double root = Math.sqrt(pixels());
    // The root of 4^m is 2^m, and 2^-m is exact too.
    return root == Math.scalb(1, Math.getExponent(root))
        ? 1 / root
        : Math.nextUp(1 / Math.nextDown(root));
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages("GlobalAveragePooling", input);
    return input.slice(0, 2);
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    return channels(x).mean(PIXELS);
  }

  private static NDArray channels(NDArray x) {
    return x.reshape(x.getShape().get(0), x.getShape().get(1), -1);
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.averaging(
        "GlobalAveragePooling", bound(method, manager), pixels(), x -> channels(x).sum(PIXELS));
  }
}
