package org.lipkit.layer;

import ai.djl.ndarray.types.Shape;
import java.util.Locale;

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
 * s)} are multiples of s. The number is attained because {@code p < k}: place {@code q = min(k, h +
 * p) - 1} is an entry, not padding; with {@code k <= h + p} its windows begin in {@code [0, m -
 * 1]}, and with {@code k > h + p} it lies in all windows, as {@code h + 2p - k <= h + p - 1 = q <
 * k}.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C, floor((H + 2p - k) / s) + 1, likewise)
 * </ul>
 */
public abstract class Pooling extends Layer {

  final Window window;

  /**
   * Creates the layer.
   *
   * @param kernel the window's side k, at least 1
   * @param stride the step s in both directions, at least 1
   * @param padding the padding p on each side, from 0 to half the kernel
   */
  protected Pooling(int kernel, int stride, int padding) {
    window = new Window(kernel, stride, padding);
    if (padding > kernel / 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "padding must be at most half the kernel, which is %d, not %d.",
              kernel / 2,
              padding));
    }
  }

  /** The Lipschitz constant {@code sqrt(n)}, from above. */
  final double rootOfUses() {
    double root = Math.sqrt(window.uses(inputShape()));
    // A root that is a whole number is exact: the next integer's root is farther away than a ulp.
    return root == Math.rint(root) ? root : Math.nextUp(root);
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
    return new Shape(input.get(0)).addAll(window.outputs(name(), input));
  }
}
