package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.layer.Shapes;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * One of LiResNet++'s residual dense layers: the skip connection lies inside a matrix that is then
 * orthogonalised, {@code y = x R(I + scale * affine_o * w_o)^T + b} with R the {@link
 * Reparametrization#CHOLESKY Cholesky orthogonalisation} (Hu et al. 2024, "A Recipe for Improved
 * Certifiable Robustness").
 *
 * <ul>
 *   <li>x and y: (N, D)
 *   <li>w: (D, D), normal with deviation 1 / D; affine: (D, 1), ones; b: (D), zeros
 * </ul>
 */
public final class ResidualDense extends ReparametrizedDense {

  private final int width;
  private final double scale;
  private final Parameter affine;

  /**
   * Creates the layer.
   *
   * @param width D, the number of inputs and of outputs, at least 1
   * @param scale the number before w, {@code 1 / sqrt(number of such layers)} in the paper
   */
  public ResidualDense(int width, double scale) {
    super(width, Reparametrization.CHOLESKY, WeightInit.gaussian(1.0 / width));
    this.width = width;
    this.scale = Shapes.requireFinite("scale", scale);
    affine = trained("affine", WeightInit.constant(1), input -> new Shape(width, 1));
  }

  @Override
  public Shape outputShape(Shape input) {
    if (input.dimension() == 1 && input.get(0) != width) {
      throw Given.refused(
          "A ResidualDense of width %d cannot take %d inputs; put a Dense to %d before it.",
          width, input.get(0), width);
    }
    return super.outputShape(input);
  }

  @Override
  protected NDArray free() {
    NDArray w = super.free();
    return w.mul(affine.getArray().mul(Tensors.scalar(w, scale))).add(Reparametrization.eye(w));
  }
}
