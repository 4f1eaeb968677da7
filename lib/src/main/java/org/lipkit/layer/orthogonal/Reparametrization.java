package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/**
 * A differentiable map from free weights to weights of the same shape whose linear map has norm at
 * most 1, up to rounding: matrices, (outputs, inputs), or kernels, (channels, inputs, k, k).
 *
 * <p>{@link #CHOLESKY} and {@link #CAYLEY} orthogonalise the matrix of the weights reshaped to
 * (first axis, all others); for kernels that bounds the convolution's norm by 1 only where no pixel
 * is read twice.
 */
public enum Reparametrization {

  /**
   * Cholesky orthogonalisation (Hu et al. 2024, "A Recipe for Improved Certifiable Robustness"):
   * with L the Cholesky factor of {@code X X^T + ridge I}, the result is {@code L^-1 X}. The ridge
   * is a thousandth of the mean diagonal entry of X X^T, as in the authors' code, so that the
   * result's singular values are not quite 1: {@code sigma / sqrt(sigma^2 + ridge)} for those of X.
   * It also lets X have more rows than columns, where X X^T has no inverse. (Here the ridge carries
   * gradients, there it is a constant.)
   */
  CHOLESKY {
    @Override
    public NDArray weight(NDArray free) {
      return onMatrix(free, Reparametrization::cholesky);
    }
  },

  /**
   * The Cayley transform (Trockman and Kolter 2021, with its extension to rectangular matrices):
   * with X, or X^T if that has more rows, split into a square U above a rest V, and {@code A = U -
   * U^T + V^T V}, the result is {@code (I + A)^-1 (I - A)} above {@code -2 V (I + A)^-1}, whose
   * columns are orthonormal. I + A always has an inverse.
   */
  CAYLEY {
    @Override
    public NDArray weight(NDArray free) {
      return onMatrix(free, Reparametrization::cayley);
    }
  },

  /**
   * Almost-orthogonal layers (Prach and Lampert 2022): what reads input i is multiplied with {@code
   * (sum_j |W^T W|_ij)^-1/2}. For kernels the sum goes over the correlations of input channel i's
   * kernels with those of every channel j, at every shift. Padding and stride take rows and columns
   * away from the convolution on an endless image, which that bounds.
   */
  AOL {
    @Override
    public NDArray weight(NDArray free) {
      NDArray kernels = Correlations.kernels(free);
      NDArray sums = Correlations.absolute(kernels.transpose(1, 0, 2, 3)).sum(new int[] {1});
      return kernels
          .div(Correlations.positive(sums).sqrt().reshape(1, -1, 1, 1))
          .reshape(free.getShape());
    }
  };

  private static final double RIDGE = 1e-3;

  /**
   * {@return the weights to multiply with, of the same shape; not numbers if all free weights are 0
   * (CHOLESKY)}
   *
   * @param free matrix or kernels, any finite numbers
   */
  public abstract NDArray weight(NDArray free);

  private static NDArray onMatrix(NDArray free, UnaryOperator<NDArray> map) {
    NDArray result = map.apply(free.reshape(free.getShape().get(0), -1));
    // Row by row in memory, as a frozen weight is: the last bits of products depend on it.
    return result.flatten().reshape(free.getShape());
  }

  private static NDArray cholesky(NDArray matrix) {
    NDArray gram = matrix.matMul(matrix.transpose());
    NDArray ridge = gram.diagonal().mean().mul(Tensors.scalar(gram, RIDGE));
    NDArray lower = LinearOperators.cholesky(gram.add(eye(gram).mul(ridge)));
    return LinearOperators.solveLower(lower, matrix);
  }

  private static NDArray cayley(NDArray matrix) {
    Shape shape = matrix.getShape();
    return shape.get(0) <= shape.get(1)
        ? cayleyOfTall(matrix.transpose()).transpose()
        : cayleyOfTall(matrix);
  }

  private static NDArray cayleyOfTall(NDArray tall) {
    long columns = tall.getShape().get(1);
    NDArray square = tall.get("0:" + columns);
    NDArray rest = tall.get(columns + ":");
    NDArray a = square.sub(square.transpose()).add(rest.transpose().matMul(rest));
    NDArray eye = eye(a);
    NDArray inverse = eye.add(a).inverse();
    NDArray below = rest.matMul(inverse);
    return inverse.matMul(eye.sub(a)).concat(below.add(below).neg(), 0);
  }

  static NDArray eye(NDArray square) {
    int n = Math.toIntExact(square.getShape().get(0));
    return square.getManager().eye(n, n, 0, square.getDataType());
  }
}
