package org.lipkit.layer;

import ai.djl.ndarray.types.Shape;
import org.lipkit.tensor.LinearOperators;

/**
 * The largest entry of every window. Its Lipschitz constant is {@code sqrt(n)}, n the number of
 * windows that one entry can lie in ({@link Pooling}), and no less: where all entries are equal,
 * raising such an entry raises n outputs. Padding counts as minus infinity, so it is never the
 * largest entry. Exact in floating point.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C, windows along H, windows along W)
 * </ul>
 */
public final class MaxPooling extends Pooling {

  /**
   * Creates a layer of square windows.
   *
   * @param kernel the window's side k, at least 1
   * @param stride the step s in both directions, at least 1
   * @param padding the padding p on each side, from 0 to half the kernel
   */
  public MaxPooling(int kernel, int stride, int padding) {
    super(kernel, stride, padding);
  }

  /**
   * Creates a layer of any windows.
   *
   * @param rows the windows along the image's height; each must hold a pixel
   * @param columns those along its width
   */
  public MaxPooling(Window rows, Window columns) {
    super(rows, columns);
  }

  @Override
  public Form form(Pass pass) {
    return exact(
        rootOfUses(),
        x ->
            LinearOperators.largestOfWindows(
                padded(x, Double.NEGATIVE_INFINITY),
                new Shape(rows().kernel(), columns().kernel()),
                new Shape(rows().stride(), columns().stride()),
                new Shape(rows().dilation(), columns().dilation())));
  }
}
