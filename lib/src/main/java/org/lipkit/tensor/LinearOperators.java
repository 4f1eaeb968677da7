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
            BFloat16.match(weight, x),
            bias == null ? null : BFloat16.match(bias, x),
            new Shape(stride, stride),
            new Shape(padding, padding),
            new Shape(1, 1),
            groups)
        .singletonOrThrow();
  }

  /**
   * The sum of every window of a channel.
   *
   * @param x images, (N, C, H, W)
   * @param kernel the window's side k
   * @param stride the step in both directions
   * @param padding zeros added on each side, at most k / 2
   * @return (N, C, floor((H + 2 padding - k) / stride) + 1, likewise for W)
   */
  public static NDArray sumWindows(NDArray x, int kernel, int stride, int padding) {
    String expression =
        String.format(
            "torch.avg_pool2d(x, [%d, %d], [%d, %d], [%d, %d], False, True, 1)",
            kernel, kernel, stride, stride, padding, padding);
    return TorchScript.of("x", expression).call(x);
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
   * Cholesky factors L of symmetric positive definite matrices, {@code L L^T = A}; only the upper
   * triangles of A are read.
   *
   * @param matrices A, (F, n, n)
   * @return L, (F, n, n), lower triangular; meaningless where A is not positive definite
   */
  public static NDArray cholesky(NDArray matrices) {
    String expression = "torch.transpose((torch.linalg_cholesky_ex(a, upper=True))[0], 1, 2)";
    return TorchScript.of("a", expression).call(matrices);
  }
}
