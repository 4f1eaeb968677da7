package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import org.lipkit.bound.NormMethod;

/**
 * Average pooling over k x k windows without padding. Each output is the mean of k^2 entries, and
 * an entry lies in at most n windows, so the Lipschitz constant is at most {@code sqrt(n) / k}: 1/k
 * where windows do not overlap (Tsuzuku et al. 2018, section 4).
 *
 * <ul>
 *   <li>x: (N, C, H, W); y: (N, C, floor((H - k) / stride) + 1, likewise)
 * </ul>
 */
public final class AveragePooling extends FixedLayer {

  private final int kernel;
  private final int stride;

  /**
   * Creates the layer.
   *
   * @param kernel the window's side, at least 1
   * @param stride the step in both directions, at least 1
   */
  public AveragePooling(int kernel, int stride) {
    Shapes.requireAtLeast("kernel", kernel, 1);
    Shapes.requireAtLeast("stride", stride, 1);
    this.kernel = kernel;
    this.stride = stride;
  }

  @Override
  protected double constant() {
    Shape image = inputShape();
    double uses = uses(image.get(1)) * uses(image.get(2));
    // Division and square root are correctly rounded; one step up covers both.
    return uses == 1 && Integer.bitCount(kernel) == 1
        ? 1.0 / kernel
        : Math.nextUp(Math.nextUp(Math.sqrt(uses) / kernel));
  }

  /** In how many windows an entry of an axis of this length can lie. */
  private double uses(long length) {
    return Math.ceil(Math.min(kernel, length - kernel + 1) / (double) stride);
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages("AveragePooling", input);
    return new Shape(
        input.get(0),
        input.get(1),
        Shapes.windows("AveragePooling", input.get(2), kernel, stride, 0),
        Shapes.windows("AveragePooling", input.get(3), kernel, stride, 0));
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    return Pool.avgPool2d(
        x, new Shape(kernel, kernel), new Shape(stride, stride), new Shape(0, 0), false, true);
  }

  /** A mean of k^2 entries: k^2 - 1 sums, and a division or a product with the rounded 1 / k^2. */
  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.of(
        new Affine(
            "AveragePooling",
            bound(method, manager),
            constant(),
            1,
            (long) kernel * kernel + 1,
            x -> apply(x, false),
            x -> apply(x, false)));
  }
}
