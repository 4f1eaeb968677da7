package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** How much the rows of an operator overlap, the operator being a matrix or a convolution. */
final class Correlations {

  /** Below it a sum of squares is as good as 0. */
  private static final double LEAST = 1e-30;

  private Correlations() {}

  /** A matrix, (O, I), as 1x1 kernels, (O, I, 1, 1); kernels as they are. */
  static NDArray kernels(NDArray weight) {
    Shape shape = weight.getShape();
    return shape.dimension() == 4 ? weight : weight.reshape(shape.addAll(new Shape(1, 1)));
  }

  /**
   * The sums {@code sum_shift |<w_i, w_j moved by shift>|}: of |V V^T| over all pixels that an
   * output of channel j can have, for the convolution V on an endless image; for a matrix |V V^T|.
   *
   * @param kernels (O, I, k, k)
   * @return (O, O)
   */
  static NDArray absolute(NDArray kernels) {
    long channels = kernels.getShape().get(0);
    int most = Math.toIntExact(kernels.getShape().get(2)) - 1;
    return LinearOperators.convolve(kernels, kernels, null, 1, most, 1)
        .abs()
        .reshape(channels, channels, -1)
        .sum(new int[] {2});
  }

  /** Sums to divide by: those of rows that are 0 become a tiny number. */
  static NDArray positive(NDArray sums) {
    return sums.maximum(Tensors.scalar(sums, LEAST));
  }
}
