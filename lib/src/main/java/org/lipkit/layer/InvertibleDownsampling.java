package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.NormMethod;

/**
 * Space-to-depth: each s x s block of pixels becomes s^2 channels, {@code y[n, c s^2 + i s + j, h,
 * w] = x[n, c, h s + i, w s + j]}. It rearranges entries, so it keeps distances and is exact
 * (Jacobsen et al. 2018, i-RevNet).
 *
 * <ul>
 *   <li>x: (N, C, H, W) with H and W multiples of s; y: (N, C s^2, H / s, W / s)
 * </ul>
 */
public final class InvertibleDownsampling extends FixedLayer {

  private final int factor;

  /**
   * Creates the layer.
   *
   * @param factor the side s of a block, at least 1
   */
  public InvertibleDownsampling(int factor) {
    Shapes.requireAtLeast("factor", factor, 1);
    this.factor = factor;
  }

  @Override
  protected double constant() {
    return 1;
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages("InvertibleDownsampling", input);
    Shapes.requireMultiple("InvertibleDownsampling", "rows", input.get(2), factor);
    Shapes.requireMultiple("InvertibleDownsampling", "columns", input.get(3), factor);
    return new Shape(
        input.get(0), input.get(1) * factor * factor, input.get(2) / factor, input.get(3) / factor);
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    Shape y = outputShape(x.getShape());
    return x.reshape(y.get(0), x.getShape().get(1), y.get(2), factor, y.get(3), factor)
        .transpose(0, 1, 3, 5, 2, 4)
        .reshape(y);
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.copying(x -> apply(x, false));
  }
}
