package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.math.BigDecimal;
import java.util.Arrays;
import org.lipkit.text.Given;

/**
 * A layer that makes one number of every window of a channel. What it makes of a window W is {@code
 * K_W}-Lipschitz; unless windows are disjoint, the layer's constant is larger:
 *
 * <pre>  ||y - y'||^2  &lt;=  sum_W K_W^2 sum_{i in W} |x_i - x'_i|^2
 *                 &lt;=  max_i sum_{W holds i} K_W^2  ||x - x'||^2</pre>
 *
 * (Tsuzuku et al. 2018, section 4). With {@code K_W = 1} the maximum is the largest number of
 * windows that one entry lies in. As {@code K_W} is a product over both axes, so is the maximum,
 * and each factor is counted window by window.
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C, windows along H, windows along W)
 * </ul>
 */
public abstract class Pooling extends Layer {

  private final Window rows;
  private final Window columns;

  /**
   * Creates a layer of any windows.
   *
   * @param rows the windows along the image's height; each must hold a pixel
   * @param columns those along its width
   */
  protected Pooling(Window rows, Window columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * Creates a layer of square windows.
   *
   * @param kernel the window's side k, at least 1
   * @param stride the step s in both directions, at least 1
   * @param padding the padding p on each side, from 0 to half the kernel
   */
  protected Pooling(int kernel, int stride, int padding) {
    this(new Window(kernel, stride, padding), new Window(kernel, stride, padding));
    if (padding > kernel / 2) {
      throw Given.refused(
          "padding must be at most half the kernel, which is %d, not %d.", kernel / 2, padding);
    }
  }

  /** {@return the windows along the image's height} */
  public final Window rows() {
    return rows;
  }

  /** {@return the windows along its width} */
  public final Window columns() {
    return columns;
  }

  final int height() {
    return (int) inputShape().get(1);
  }

  final int width() {
    return (int) inputShape().get(2);
  }

  /** How many entries a window has, padding included. */
  final long entries() {
    return (long) rows.kernel() * columns.kernel();
  }

  /** The image with a value around it; refuses images of another size than the bound's. */
  final NDArray padded(NDArray x, double value) {
    Shapes.requireInput(name(), inputShape(), x);
    Shape sides = new Shape(columns.before(), columns.after(), rows.before(), rows.after());
    return sides.equals(new Shape(0, 0, 0, 0)) ? x : x.pad(sides, value);
  }

  /** The Lipschitz constant where every window's own is 1, from above. */
  final double rootOfUses() {
    return root(
        rows.largestLoad(height(), o -> BigDecimal.ONE),
        columns.largestLoad(width(), o -> BigDecimal.ONE));
  }

  /** The root of a product, from above. */
  static double root(BigDecimal a, BigDecimal b) {
    BigDecimal product = a.multiply(b);
    double root = Math.sqrt(product.doubleValue());
    while (new BigDecimal(root).pow(2).compareTo(product) < 0) {
      root = Math.nextUp(root);
    }
    return root;
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
    Shape windows = Window.outputs(name(), input, rows, columns);
    if (isEmpty(rows, input.get(1)) || isEmpty(columns, input.get(2))) {
      throw new IllegalArgumentException(
          "A window of this " + name() + " holds nothing but padding; use less padding.");
    }
    return input.slice(0, 1).addAll(windows);
  }

  private static boolean isEmpty(Window window, long length) {
    return Arrays.stream(window.held((int) length)).anyMatch(held -> held == 0);
  }
}
