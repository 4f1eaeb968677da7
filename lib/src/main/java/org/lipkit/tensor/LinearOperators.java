package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.util.Arrays;
import org.lipkit.text.Text;

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
    if (isAlone(x, stride, groups)) {
      return convolveAlone(x, weight, bias, stride, padding);
    }
    return isFilled(x, weight, groups)
        ? convolveFilled(x, weight, bias, stride, padding, groups)
        : convolveAsGiven(x, weight, bias, stride, padding, groups);
  }

  static NDArray convolveFilled(
      NDArray x, NDArray weight, NDArray bias, int stride, int padding, int groups) {
    NDArray b = bias == null ? null : fill(bias, 0, groups);
    NDArray w = fill(fill(weight, 0, groups), 1, 1);
    NDArray y = convolveAsGiven(fill(x, 1, groups), w, b, stride, padding, groups);
    return firstChannels(y, weight.getShape().get(0), groups);
  }

  static NDArray convolveAsGiven(
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
   * Whether one image meets a convolution with a stride above 1, whose windows have about (k /
   * stride)^2 times the image's entries. Power iteration is made of these, and the engine takes two
   * to four times as long for them as for the product of the kernels' matrix (O, I k k) and the
   * windows' (I k k, H' W').
   */
  private static boolean isAlone(NDArray images, int stride, int groups) {
    return images.getShape().get(0) == 1 && stride > 1 && groups == 1 && !BFloat16.is(images);
  }

  private static NDArray convolveAlone(
      NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
    Shape kernels = weight.getShape();
    long rows = (x.getShape().get(2) + 2L * padding - kernels.get(2)) / stride + 1;
    String expression =
        Text.of(
            "torch.reshape(torch.matmul(torch.flatten(w, 1), torch.im2col(x, [%1$d, %1$d], [1, 1],"
                + " [%2$d, %2$d], [%3$d, %3$d])), [1, %4$d, %5$d, -1])",
            kernels.get(2), padding, stride, kernels.get(0), rows);
    NDArray y = TorchScript.of("x, w", expression).call(x, weight);
    return bias == null ? y : y.add(bias.reshape(-1, 1, 1));
  }

  private static NDArray adjointAlone(
      NDArray y, NDArray weight, int stride, int padding, long height, long width) {
    String expression =
        Text.of(
            "torch.col2im(torch.matmul(torch.t(torch.flatten(w, 1)), torch.flatten(y, 2)),"
                + " [%d, %d], [%3$d, %3$d], [1, 1], [%4$d, %4$d], [%5$d, %5$d])",
            height, width, weight.getShape().get(2), padding, stride);
    return TorchScript.of("y, w", expression).call(y, weight);
  }

  /** Whether the engine is right only if channels of zeros are added. */
  private static boolean isFilled(NDArray images, NDArray weight, int groups) {
    Shape shape = weight.getShape();
    return rest(shape.get(0) / groups) + rest(shape.get(1)) > 0
        && images.getDataType() != DataType.FLOAT64
        && !images.getDevice().isGpu()
        && !EngineCheck.takesAnyChannels();
  }

  /** How many channels are missing to one vector or, where that is not enough, to pairs of them. */
  private static long rest(long channels) {
    return channels <= EngineCheck.VECTOR
        ? EngineCheck.VECTOR - channels
        : Math.floorMod(-channels, 2 * EngineCheck.VECTOR);
  }

  /** An array with zeros up to whole vectors behind the channels of each group on an axis. */
  private static NDArray fill(NDArray array, int axis, int groups) {
    Shape shape = array.getShape();
    long channels = shape.get(axis) / groups;
    long zeros = rest(channels);
    if (zeros == 0) {
      return array;
    }
    if (groups > 1) {
      Shape apart = shape.slice(0, axis).add(groups).add(channels).addAll(shape.slice(axis + 1));
      Shape joined =
          shape.slice(0, axis).add(groups * (channels + zeros)).addAll(shape.slice(axis + 1));
      return fill(array.reshape(apart), axis + 1, 1).reshape(joined);
    }
    long[] padding = new long[2 * (shape.dimension() - axis)];
    padding[padding.length - 1] = zeros;
    String expression = "torch.constant_pad_nd(x, " + Arrays.toString(padding) + ")";
    return TorchScript.of("x", expression).call(array);
  }

  /** Images without the channels that were added to each group. */
  private static NDArray firstChannels(NDArray images, long channels, int groups) {
    if (images.getShape().get(1) == channels) {
      return images;
    }
    if (groups == 1) {
      return images.get(":,0:" + channels);
    }
    Shape shape = images.getShape();
    Shape pixels = shape.slice(2);
    return images
        .reshape(shape.slice(0, 1).add(groups).add(shape.get(1) / groups).addAll(pixels))
        .get(":,:,0:" + channels / groups)
        .reshape(shape.slice(0, 1).add(channels).addAll(pixels));
  }

  /**
   * The sum of every window of a channel.
   *
   * @param x images, (N, C, H, W)
   * @param kernel the window's height k1 and width k2
   * @param stride the steps s1 and s2
   * @return (N, C, floor((H - k1) / s1) + 1, likewise for W)
   */
  public static NDArray sumWindows(NDArray x, Shape kernel, Shape stride) {
    String expression =
        Text.of("torch.avg_pool2d(x, %s, %s, [0, 0], False, True, 1)", list(kernel), list(stride));
    return TorchScript.of("x", expression).call(x);
  }

  /**
   * The largest entry of every window of a channel.
   *
   * @param x images, (N, C, H, W)
   * @param kernel the window's height k1 and width k2
   * @param stride the steps s1 and s2 from window to window
   * @param dilation the steps d1 and d2 from entry to entry of a window
   * @return (N, C, floor((H - d1 (k1 - 1) - 1) / s1) + 1, likewise for W)
   */
  public static NDArray largestOfWindows(NDArray x, Shape kernel, Shape stride, Shape dilation) {
    String expression =
        Text.of(
            "torch.max_pool2d(x, %s, %s, [0, 0], %s, False)",
            list(kernel), list(stride), list(dilation));
    return TorchScript.of("x", expression).call(x);
  }

  private static String list(Shape pair) {
    return Arrays.toString(pair.getShape());
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
    if (isAlone(y, stride, groups)) {
      return adjointAlone(y, weight, stride, padding, height, width);
    }
    return isFilled(y, weight, groups)
        ? adjointFilled(y, weight, stride, padding, groups, height, width)
        : adjointAsGiven(y, weight, stride, padding, groups, height, width);
  }

  static NDArray adjointFilled(
      NDArray y, NDArray weight, int stride, int padding, int groups, long height, long width) {
    NDArray w = fill(fill(weight, 0, groups), 1, 1);
    NDArray x = adjointAsGiven(fill(y, 1, groups), w, stride, padding, groups, height, width);
    return firstChannels(x, groups * weight.getShape().get(1), groups);
  }

  static NDArray adjointAsGiven(
      NDArray y, NDArray weight, int stride, int padding, int groups, long height, long width) {
    long k = weight.getShape().get(2);
    long restHeight = (height + 2L * padding - k) % stride;
    long restWidth = (width + 2L * padding - k) % stride;
    String expression =
        Text.of(
            "torch.conv_transpose2d(y, w, None, [%d, %d], [%d, %d], [%d, %d], %d, [1, 1])",
            stride, stride, padding, padding, restHeight, restWidth, groups);
    return TorchScript.of("y, w", expression).call(y, weight);
  }

  /**
   * Circular cross-correlation, {@code y[n,o,p] = sum_(i,q) w[o,i,q] x[n,i,p + q]} with p + q taken
   * modulo the image's size, by Fourier transforms.
   *
   * @param x images, (N, I, n, n)
   * @param weight kernels, (O, I, n, n)
   * @return (N, O, n, n)
   */
  public static NDArray convolveCircularly(NDArray x, NDArray weight) {
    return circular("nihw,oihw->nohw", "torch.conj(torch.fft_fft2(w, None, [-2, -1], None))")
        .call(x, weight);
  }

  /**
   * The adjoint of {@link #convolveCircularly}.
   *
   * @param y (N, O, n, n)
   * @param weight the convolution's kernels, (O, I, n, n)
   * @return (N, I, n, n)
   */
  public static NDArray convolveCircularlyAdjoint(NDArray y, NDArray weight) {
    return circular("nohw,oihw->nihw", "torch.fft_fft2(w, None, [-2, -1], None)").call(y, weight);
  }

  private static TorchScript circular(String axes, String transformedKernels) {
    String product =
        Text.of(
            "torch.einsum(\"%s\", [torch.fft_fft2(x, None, [-2, -1], None), %s])",
            axes, transformedKernels);
    return TorchScript.of(
        "x, w", "torch.real(torch.fft_ifft2(" + product + ", None, [-2, -1], None))");
  }

  /**
   * Kernels on a torus with their middle, of an even side the place before it, at the place 0: what
   * lies above and on the left of it comes to the other end.
   *
   * @param weight kernels, (O, I, k, k)
   * @param n the torus's side, at least k
   * @return (O, I, n, n), zeros where the kernels do not reach
   */
  public static NDArray centred(NDArray weight, long n) {
    long k = weight.getShape().get(2);
    long before = (k - 1) / 2;
    String expression =
        Text.of(
            "torch.roll(torch.constant_pad_nd(w, [0, %d, 0, %d]), [%d, %d], [2, 3])",
            n - k, n - k, -before, -before);
    return TorchScript.of("w", expression).call(weight);
  }

  /**
   * The matrices F that a circular convolution multiplies an image's frequencies with (up to
   * conjugation), as real ones {@code [[Re F, -Im F], [Im F, Re F]]}, whose products, inverses and
   * transposes are those of the F and their adjoints.
   *
   * @param weight kernels, (O, I, k, k)
   * @param n the image's side, at least k; kernels are filled up with zeros
   * @return (n, n, 2 O, 2 I)
   */
  public static NDArray frequencies(NDArray weight, long n) {
    String transform = Text.of("torch.fft_fft2(w, [%d, %d], [-2, -1], None)", n, n);
    NDArray parts =
        TorchScript.of("w", "torch.view_as_real(" + transform + ")")
            .call(weight)
            .transpose(4, 2, 3, 0, 1);
    NDArray real = parts.get(0);
    NDArray imaginary = parts.get(1);
    return real.concat(imaginary.neg(), -1).concat(imaginary.concat(real, -1), -2);
  }

  /**
   * The kernels that {@link #frequencies} come from.
   *
   * @param frequencies (n, n, 2 O, 2 I)
   * @return (O, I, n, n)
   */
  public static NDArray fromFrequencies(NDArray frequencies) {
    long outputs = frequencies.getShape().get(2) / 2;
    long inputs = frequencies.getShape().get(3) / 2;
    NDArray left = frequencies.get(":,:,:,0:" + inputs);
    NDArray real = left.get(":,:,0:" + outputs);
    NDArray imaginary = left.get(":,:," + outputs + ":");
    NDArray parts = real.stack(imaginary, 4).transpose(2, 3, 0, 1, 4);
    return TorchScript.of(
            "f",
            "torch.real(torch.fft_ifft2(torch.view_as_complex(torch.contiguous(f)), None, [-2, -1],"
                + " None))")
        .call(parts);
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
   * @param matrices A, (..., n, n)
   * @return L, (..., n, n), lower triangular; meaningless where A is not positive definite
   */
  public static NDArray cholesky(NDArray matrices) {
    String expression = "torch.transpose((torch.linalg_cholesky_ex(a, upper=True))[0], -2, -1)";
    return TorchScript.of("a", expression).call(matrices);
  }

  /**
   * Cholesky factors U of Hermitian positive definite matrices, {@code U^H U = A}, column by
   * column; only the upper triangles of A are read.
   *
   * @param parts the real and the imaginary parts of A, (N, 2, n, n); or real matrices, (N, 1, n,
   *     n)
   * @return (N, n, 2 n): row i has the entries of column i of U, each as a real part and an
   *     imaginary one; or (N, n, n) for real matrices. Meaningless where A is not positive definite
   */
  public static NDArray choleskyColumns(NDArray parts) {
    if (parts.getShape().get(1) == 1) {
      return cholesky(parts.squeeze(1));
    }
    return TorchScript.of(
            "a",
            "complex = torch.complex(torch.select(a, 1, 0), torch.select(a, 1, 1))",
            "u = (torch.linalg_cholesky_ex(complex, upper=True))[0]",
            "torch.flatten(torch.view_as_real(torch.transpose(u, -2, -1)), -2)")
        .call(parts);
  }

  /**
   * Entries moved along an axis, around its end.
   *
   * @param x any array
   * @param places by how many places, backwards if negative
   * @param axis the axis
   * @return an array of the same shape
   */
  public static NDArray rolled(NDArray x, int places, int axis) {
    return TorchScript.of("x", Text.of("torch.roll(x, [%d], [%d])", places, axis)).call(x);
  }

  /**
   * The exponential of a square matrix, to the precision of its type.
   *
   * @param matrix A, (n, n)
   * @return {@code I + A + A^2 / 2! + ...}
   */
  public static NDArray exponential(NDArray matrix) {
    return TorchScript.of("a", "torch.linalg_matrix_exp(a)").call(matrix);
  }

  /**
   * Transposed matrices.
   *
   * @param matrices (..., m, n)
   * @return (..., n, m)
   */
  public static NDArray transposed(NDArray matrices) {
    return TorchScript.of("a", "torch.transpose(a, -2, -1)").call(matrices);
  }

  /**
   * Solves {@code L X = B} for lower triangular L.
   *
   * @param lower L, (..., n, n); only the lower triangles are read
   * @param right B, (..., n, m)
   * @return X, (..., n, m)
   */
  public static NDArray solveLower(NDArray lower, NDArray right) {
    return TorchScript.of("l, b", "torch.linalg_solve_triangular(l, b, upper=False)")
        .call(lower, right);
  }
}
