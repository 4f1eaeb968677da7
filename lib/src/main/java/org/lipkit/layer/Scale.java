package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.tensor.BFloat16;

/**
 * One learned factor, {@code y = s x}; its Lipschitz constant is |s|. At the end of a residual
 * branch, from 0 on, it makes the conventional rival of the LiResNet paper: {@code x + s conv(
 * MinMax(conv(x)))} (Hu et al. 2023, section 5).
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
        addParameter(
            Parameter.builder()
                .setName("factor")
                .setType(Parameter.Type.WEIGHT)
                .optInitializer(Initializers.constant(first))
                .build());
  }

  @Override
  protected void prepare(Shape[] inputs) {
    factor.setShape(new Shape(1));
  }

  @Override
  public NDArray weight() {
    return factor.getArray();
  }

  @Override
  public NDArray offset() {
    return weight().zerosLike();
  }

  @Override
  protected NDArray applyInTraining(NDArray x) {
    return x.mul(BFloat16.match(weight(), x));
  }
}
