package org.lipkit.layer;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;

/**
 * The largest entry of every k x k window. Its Lipschitz constant is {@code sqrt(n)}, n the number
 * of windows that one entry can lie in ({@link Pooling}), and no less: where all entries are equal,
 * raising such an entry raises n outputs. Padding counts as minus infinity, so it is never the
 * largest entry; every window holds a pixel because {@code p < k}. Exact in floating point.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C, floor((H + 2p - k) / s) + 1, likewise)
 * </ul>
 */
public final class MaxPooling extends Pooling {

  /**
   * Creates the layer.
   *
   * @param kernel the window's side k, at least 1
   * @param stride the step s in both directions, at least 1
   * @param padding the padding p on each side, from 0 to half the kernel
   */
  public MaxPooling(int kernel, int stride, int padding) {
    super(kernel, stride, padding);
  }

  @Override
  public Form form(Pass pass) {
    return exact(
        rootOfUses(),
        x ->
            Pool.maxPool2d(
                x,
                new Shape(window.kernel(), window.kernel()),
                new Shape(window.stride(), window.stride()),
                new Shape(window.padding(), window.padding()),
                false));
  }
}
