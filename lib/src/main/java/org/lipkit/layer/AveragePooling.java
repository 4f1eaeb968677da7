package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;

/**
 * The mean of every k x k window, without padding. A mean of k^2 entries is 1/k-Lipschitz, so the
 * Lipschitz constant is at most {@code sqrt(n) / k}, n the number of windows that one entry can lie
 * in ({@link Pooling}): 1/k where windows do not overlap.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C, floor((H - k) / s) + 1, likewise)
 * </ul>
 */
public final class AveragePooling extends Pooling {

  /**
   * Creates the layer.
   *
   * @param kernel the window's side k, at least 1
   * @param stride the step s in both directions, at least 1
   */
  public AveragePooling(int kernel, int stride) {
    super(kernel, stride, 0);
  }

  @Override
  public Form form(Pass pass) {
    int k = window.kernel();
    double constant = rootOfUses() / k;
    // Division by a power of two is exact; any other is correctly rounded.
    double above = Integer.bitCount(k) == 1 ? constant : Math.nextUp(constant);
    return rounded(PoolingModel.means(name(), above, (long) k * k, this::means));
  }

  private NDArray means(NDArray x) {
    return Pool.avgPool2d(
        x,
        new Shape(window.kernel(), window.kernel()),
        new Shape(window.stride(), window.stride()),
        new Shape(0, 0),
        false,
        true);
  }
}
