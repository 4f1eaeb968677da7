package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.layer.Form;

/**
 * The adjoint {@code y -> V^T y} of the linear part V of a dense layer or of a convolution, which
 * is of the same kind: the transposed matrix, or the kernels turned by half a circle with inputs
 * and outputs swapped.
 */
final class Adjoint {

  private Adjoint() {}

  /** The kernels, (I, O, k, k), of the adjoint of a convolution with stride 1. */
  static NDArray kernels(NDArray kernels) {
    return kernels.transpose(1, 0, 2, 3).flip(2, 3);
  }

  /** The weight of the adjoint of a dense map, or of a convolution with stride 1. */
  static NDArray weight(Form.Linear form) {
    NDArray weight = form.weight();
    return form.map() instanceof DenseMap ? weight.transpose() : kernels(weight);
  }

  /**
   * The adjoint.
   *
   * @param form V
   * @param hidden the shape of one output of V
   * @return V^T with an offset of 0
   * @throws IllegalArgumentException if it is neither a dense map nor such a convolution
   */
  static Form.Linear of(Form.Linear form, Shape hidden) {
    LinearMap map = form.map();
    if (map instanceof DenseMap dense) {
      NDArray matrix = dense.matrix();
      return linear(form, matrix.transpose(), new Shape(matrix.getShape().get(1)));
    }
    if (map instanceof ConvolutionMap convolution
        && convolution.stride() == 1
        && convolution.groups() == 1
        && convolution.padding() < convolution.weight().getShape().get(2)) {
      int padding = (int) convolution.weight().getShape().get(2) - 1 - convolution.padding();
      NDArray kernels = kernels(convolution.weight());
      return new Form.Linear(
          form.layer(),
          kernels,
          zeros(kernels, new Shape(1, kernels.getShape().get(0), 1, 1)),
          w -> new ConvolutionMap(w, 1, padding, hidden),
          Form.Estimate.ONE);
    }
    throw new IllegalArgumentException(
        "A residual layer goes back through its own weights, for which it needs a Dense or a"
            + " Convolution of stride 1, one group and a padding smaller than its kernel.");
  }

  private static Form.Linear linear(Form.Linear form, NDArray matrix, Shape outputs) {
    return new Form.Linear(
        form.layer(), matrix, zeros(matrix, outputs), DenseMap::new, Form.Estimate.ONE);
  }

  private static NDArray zeros(NDArray like, Shape shape) {
    return like.getManager().zeros(shape, like.getDataType());
  }
}
