package org.lipkit.layer;

import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.ConvolutionAxis;

/**
 * A layer that makes one number of every k x k window of a channel, windows beginning every s
 * pixels of an image with p pixels of padding on each side. What it makes of a window is
 * 1-Lipschitz; unless windows are disjoint, the layer is not. If no entry lies in more than n
 * windows W,
 *
 * <pre>  ||y - y'||^2  &lt;=  sum_W sum_{i in W} |x_i - x'_i|^2  &lt;=  n ||x - x'||^2,</pre>
 *
 * so the Lipschitz constant is at most {@code sqrt(n)} (Tsuzuku et al. 2018, section 4), with n the
 * product over both axes of
 *
 * <pre>  ceil(min(k, h + 2p - k + 1) / s).</pre>
 *
 * <p><b>Why.</b> Windows begin at the multiples of s in {@code [0, h + 2p - k]}; those that contain
 * the padded axis's place q begin in {@code [q - k + 1, q]} too. Both intervals together hold at
 * most {@code m = min(k, h + 2p - k + 1)} consecutive integers, of which at most {@code ceil(m /
 * s)} are multiples of s. The number is attained because p < k: place {@code q = min(k, h + p) - 1}
 * is an entry, not padding; with {@code k <= h + p} its windows begin in {@code [0, m - 1]}, and
 * with {@code k > h + p} it lies in all windows, as {@code h + 2p - k <= h + p - 1 = q < k}.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C, floor((H + 2p - k) / s) + 1, likewise)
 * </ul>
 */
public abstract class Pooling extends FixedLayer {

  private final int kernel;
  private final int stride;
  private final int padding;

  /**
   * Creates the layer.
   *
   * @param kernel the window's side k, at least 1
   * @param stride the step s in both directions, at least 1
   * @param padding the padding p on each side, from 0 to half the kernel
   */
  protected Pooling(int kernel, int stride, int padding) {
    Shapes.requireAtLeast("kernel", kernel, 1);
    Shapes.requireAtLeast("stride", stride, 1);
    Shapes.requireAtLeast("padding", padding, 0);
    if (padding > kernel / 2) {
      throw new IllegalArgumentException(
          String.format(
              "padding must be at most half the kernel, which is %d, not %d.",
              kernel / 2, padding));
    }
    this.kernel = kernel;
    this.stride = stride;
    this.padding = padding;
  }

  /** The window's side k. */
  final int kernel() {
    return kernel;
  }

  /** The step s. */
  final int stride() {
    return stride;
  }

  /** The padding p. */
  final int padding() {
    return padding;
  }

  @Override
  protected double constant() {
    Shape image = inputShape();
    double root = Math.sqrt(uses(image.get(1)) * uses(image.get(2)));
    // A root that is a whole number is exact: the next integer's root is farther away than a ulp.
    return root == Math.rint(root) ? root : Math.nextUp(root);
  }

  private double uses(long length) {
    return new ConvolutionAxis(Math.toIntExact(length), kernel, stride, padding).uses();
  }

  @Override
  public Shape outputShape(Shape input) {
    String name = getClass().getSimpleName();
    Shapes.requireImages(name, input);
    return new Shape(
        input.get(0),
        input.get(1),
        Shapes.windows(name, input.get(2), kernel, stride, padding),
        Shapes.windows(name, input.get(3), kernel, stride, padding));
  }
}
