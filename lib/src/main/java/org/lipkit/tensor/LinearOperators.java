package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;

/** Convolutions with their exact adjoints, and the linear algebra that the array library lacks. */
public final class LinearOperators {

  private LinearOperators() {}

  /**
   * Zero-padded cross-correlation, {@code y[n,o] = b[o] + sum_i w[o,i] * x[n,i]}.
   *
   * @param x images, (N, I, H, W)
   * @param weight kernels, (O, I / groups, k, k)
   * @param bias (O), or null for none
   * @param stride the step in both directions
   * @param padding zeros added on each side
   * @param groups how many independent convolutions stand side by side
   * @return (N, O, floor((H + 2 padding - k) / stride) + 1, likewise for W)
   */
  public static NDArray convolve(
      NDArray x, NDArray weight, NDArray bias, int stride, int padding, int groups) {
    return Conv2d.conv2d(
            x,
            weight,
            bias,
            new Shape(stride, stride),
            new Shape(padding, padding),
            new Shape(1, 1),
            groups)
        .singletonOrThrow();
  }

  /**
   * The adjoint of {@link #convolve} without bias: {@code <convolve(x), y> = <x, adjoint(y)>}.
   *
   * @param y (N, O, H', W')
   * @param weight the convolution's kernels, (O, I / groups, k, k)
   * @param stride the convolution's stride
   * @param padding the convolution's padding
   * @param groups the convolution's groups
   * @param height the height H of the convolution's input
   * @param width the width W of the convolution's input
   * @return (N, I, H, W)
   */
  public static NDArray convolveAdjoint(
      NDArray y, NDArray weight, int stride, int padding, int groups, long height, long width) {
    long k = weight.getShape().get(2);
    long restHeight = (height + 2L * padding - k) % stride;
    long restWidth = (width + 2L * padding - k) % stride;
    String expression =
        String.format(
            "torch.conv_transpose2d(y, w, None, [%d, %d], [%d, %d], [%d, %d], %d, [1, 1])",
            stride, stride, padding, padding, restHeight, restWidth, groups);
    return TorchScript.of("y, w", expression).call(y, weight);
  }

  /**
   * An orthonormal basis of the columns' span: the factor Q of the reduced QR decomposition, with
   * the signs chosen so that R has a positive diagonal (so a Gaussian matrix gives a uniformly
   * distributed Q).
   *
   * @param matrix (m, n) with m >= n
   * @return Q, (m, n), with orthonormal columns
   */
  public static NDArray orthonormalColumns(NDArray matrix) {
    NDArray q = TorchScript.of("a", "(torch.linalg_qr(a))[0]").call(matrix);
    NDArray r = TorchScript.of("a", "(torch.linalg_qr(a))[1]").call(matrix);
    return q.mul(TorchScript.of("r", "torch.sign(torch.diagonal(r))").call(r));
  }

  /**
   * All singular values, largest first.
   *
   * @param matrix (m, n)
   * @return (min(m, n))
   */
  public static NDArray singularValues(NDArray matrix) {
    return TorchScript.of("a", "torch.linalg_svdvals(a)").call(matrix);
  }

  /**
   * Cholesky factors L of symmetric positive definite matrices, {@code L L^T = A}; only the lower
   * triangles of A are read.
   *
   * @param matrices A, (F, n, n)
   * @return L, (F, n, n), lower triangular; meaningless where A is not positive definite
   */
  public static NDArray cholesky(NDArray matrices) {
    return TorchScript.of("a", "(torch.linalg_cholesky_ex(a))[0]").call(matrices);
  }

  /**
   * Solves {@code L X = B} for a lower triangular L.
   *
   * @param lower L, (n, n); only its lower triangle is read
   * @param right B, (n, m)
   * @return X, (n, m)
   */
  public static NDArray solveLower(NDArray lower, NDArray right) {
    return TorchScript.of("l, b", "torch.linalg_solve_triangular(l, b, upper=False)")
        .call(lower, right);
  }

  /**
   * Whether symmetric matrices are positive definite, up to rounding.
   *
   * @param matrices (F, n, n); only the lower triangles are read
   * @return one answer a matrix: whether its Cholesky factorisation ran to the end
   */
  public static boolean[] isPositiveDefinite(NDArray matrices) {
    int[] failures =
        TorchScript.of("a", "(torch.linalg_cholesky_ex(a))[1]").call(matrices).toIntArray();
    boolean[] definite = new boolean[failures.length];
    for (int i = 0; i < failures.length; i++) {
      definite[i] = failures[i] == 0;
    }
    return definite;
  }
}
