package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.Bound;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.NormMethod;
import org.lipkit.tensor.Tensors;

/**
 * The adjoint {@code y -> V^T y} of a dense layer's or a convolution's linear part V, which are of
 * the same kind: the transposed matrix, or the kernels turned by half a circle with inputs and
 * outputs swapped.
 */
final class AdjointLayer extends AffineLayer {

  private final LinearLayer layer;
  private int padding;

  AdjointLayer(LinearLayer layer) {
    this.layer = layer;
  }

  /** The kernels, (I, O, k, k), of the adjoint of a convolution with stride 1. */
  static NDArray adjointKernels(NDArray kernels) {
    return kernels.transpose(1, 0, 2, 3).flip(2, 3);
  }

  /**
   * Checks that the adjoint is a dense layer or a convolution; the layer must be initialised.
   *
   * @throws IllegalArgumentException if it is neither
   */
  void requireSameKind() {
    LinearMap map = layer.map(layer.weight());
    boolean plain =
        map instanceof DenseMap
            || map instanceof ConvolutionMap convolution
                && convolution.stride() == 1
                && convolution.groups() == 1
                && convolution.padding() < convolution.weight().getShape().get(2);
    if (!plain) {
      throw new IllegalArgumentException(
          "A residual layer goes back through its own weights, for which it needs a Dense or a"
              + " Convolution of stride 1, one group and a padding smaller than its kernel.");
    }
    if (map instanceof ConvolutionMap convolution) {
      padding = (int) convolution.weight().getShape().get(2) - 1 - convolution.padding();
    }
  }

  @Override
  public NDArray weight() {
    NDArray weight = layer.weight();
    return weight.getShape().dimension() == 2 ? weight.transpose() : adjointKernels(weight);
  }

  @Override
  public NDArray offset() {
    return Tensors.scalar(layer.weight(), 0);
  }

  @Override
  public LinearMap map(NDArray weight) {
    if (weight.getShape().dimension() == 2) {
      return new DenseMap(weight);
    }
    return new ConvolutionMap(weight, 1, padding, inputShape());
  }

  @Override
  public Shape outputShape(Shape input) {
    return new Shape(input.get(0)).addAll(layer.inputShape());
  }

  @Override
  public Bound bound(NormMethod method, NDManager manager) {
    return Tensors.scoped(
        () ->
            Tensors.withoutGradient(
                () -> method.norm(map(weight().toType(DataType.FLOAT64, false)), manager)));
  }

  @Override
  public NDArray lipschitz(NDArray k, int iterations) {
    return layer.lipschitz(k, iterations);
  }
}
