package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
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
    Shape shape = form.weight().getShape();
    if (form.map() instanceof DenseMap) {
      return linear(form, new Shape(shape.get(1)), DenseMap::new);
    }
    if (form.map() instanceof ConvolutionMap convolution
        && convolution.stride() == 1
        && convolution.groups() == 1
        && convolution.padding() < shape.get(2)) {
      int padding = (int) shape.get(2) - 1 - convolution.padding();
      Shape channels = new Shape(1, shape.get(1), 1, 1);
      return linear(form, channels, w -> new ConvolutionMap(w, 1, padding, hidden));
    }
    throw new IllegalArgumentException(
        "A residual layer goes back through its own weights, for which it needs a Dense or a"
            + " Convolution of stride 1, one group and a padding smaller than its kernel.");
  }

  private static Form.Linear linear(
      Form.Linear form, Shape offset, Function<NDArray, LinearMap> geometry) {
    NDArray weight = weight(form);
    NDArray zeros = weight.getManager().zeros(offset, weight.getDataType());
    return new Form.Linear(form.layer(), weight, zeros, geometry, Form.Estimate.ONE);
  }
}
