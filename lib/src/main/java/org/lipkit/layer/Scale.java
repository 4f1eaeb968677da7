package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.tensor.BFloat16;

/**
 * One learned factor, {@code y = s x}; its Lipschitz constant is |s|. At the end of a residual
 * branch, and 0 at first, it makes the conventional block that the LiResNet paper compares with:
 * {@code x + s conv(MinMax(conv(x)))} (Hu et al. 2023, section 5).
 *
 * <ul>
 *   <li>x and y: (N, ...)
 *   <li>s: (1)
 * </ul>
 */
public final class Scale extends DiagonalLayer {

  private final Parameter factor;

  /**
   * Creates the layer.
   *
   * @param first the factor at first
   */
  public Scale(double first) {
    factor =
        trained(
            "factor",
            WeightInit.constant(Shapes.requireFinite("first", first)),
            input -> new Shape(1));
  }

  @Override
  public Form form(Pass pass) {
    NDArray s = factor.getArray();
    return diagonal(s, s.zerosLike());
  }

  /** Without the zero that evaluation adds. */
  @Override
  protected NDArray train(NDArray x, Pass pass) {
    return x.mul(BFloat16.match(factor.getArray(), x));
  }
}
