package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.tensor.Tensors;

/**
 * The Fourier transform of real images of n x n pixels, framed by zeros to a torus of g x g, as
 * products with constant matrices: first along the rows, then along the columns. So its rounding is
 * that of sums of products, which proofs count, whatever a library's fast transform does. For the
 * small images inside a network it is not the slower way either.
 *
 * <p>Along the rows only the frequencies 0 to g / 2 are kept, as the others are their conjugates.
 * With a factor of sqrt(2) for those that stand for two the transform keeps all distances, up to
 * rounding, and its inverse on what images can have is its transpose.
 *
 * <p>A frequency (k, f) is one block of numbers, place {@code k (g / 2 + 1) + f}: the real parts of
 * all channels, then the imaginary ones.
 *
 * @param origin the layer that transforms
 * @param side n
 * @param grid g, at least n
 */
record FourierTransform(Layer origin, int side, int grid) {

  /** {@return how many frequencies are kept along the rows} */
  private int kept() {
    return grid / 2 + 1;
  }

  /** {@return how many frequencies there are} */
  int frequencies() {
    return grid * kept();
  }

  /** {@return the products of one transform of so many channels, there or back} */
  long multiplyAdds(long channels) {
    return channels * kept() * (2L * side * side + 4L * grid * side);
  }

  private double angle(long product) {
    return 2 * Math.PI * (product % grid) / grid;
  }

  /** From n real numbers to real and imaginary parts, (2 (g / 2 + 1), n, 1, 1). */
  private NDArray rows(NDArray like) {
    double[] entries = new double[2 * kept() * side];
    for (int f = 0; f < kept(); f++) {
      double twice = f == 0 || 2 * f == grid ? 1 : 2;
      double scale = Math.sqrt(twice / grid);
      for (int x = 0; x < side; x++) {
        entries[f * side + x] = scale * Math.cos(angle((long) f * x));
        entries[(kept() + f) * side + x] = -scale * Math.sin(angle((long) f * x));
      }
    }
    return array(like, entries, new Shape(2L * kept(), side, 1, 1));
  }

  /** From real and imaginary parts to real and imaginary parts, (2 g, 2 n, 1, 1). */
  private NDArray columns(NDArray like) {
    int inputs = 2 * side;
    double[] entries = new double[2 * grid * inputs];
    for (int k = 0; k < grid; k++) {
      for (int y = 0; y < side; y++) {
        double cosine = Math.cos(angle((long) k * y)) / Math.sqrt(grid);
        double sine = Math.sin(angle((long) k * y)) / Math.sqrt(grid);
        entries[k * inputs + y] = cosine;
        entries[k * inputs + side + y] = sine;
        entries[(grid + k) * inputs + y] = -sine;
        entries[(grid + k) * inputs + side + y] = cosine;
      }
    }
    return array(like, entries, new Shape(2L * grid, inputs, 1, 1));
  }

  private static NDArray array(NDArray like, double[] entries, Shape shape) {
    return Tensors.ofDoubles(like.getManager(), entries, shape, like.getDataType());
  }

  /**
   * The transform, (channels, n, n) to (frequencies, 2 channels).
   *
   * @param channels of the images
   * @param like an array of the type and manager that the matrices shall have
   * @return its parts, in order
   */
  List<Form> forward(int channels, NDArray like) {
    return List.of(
        rearranged(x -> x.transpose(0, 3, 1, 2)),
        product(rows(like), new Shape(side, channels, side)),
        rearranged(
            x ->
                x.reshape(-1, 2, kept(), channels, side)
                    .transpose(0, 1, 4, 2, 3)
                    .reshape(-1, 2L * side, kept(), channels)),
        product(columns(like), new Shape(2L * side, kept(), channels)),
        rearranged(
            x ->
                x.reshape(-1, 2, grid, kept(), channels)
                    .transpose(0, 2, 3, 1, 4)
                    .reshape(-1, frequencies(), 2L * channels)));
  }

  /**
   * The transform's transpose, (frequencies, 2 channels) to (channels, n, n).
   *
   * @param channels of the images
   * @param like an array of the type and manager that the matrices shall have
   * @return its parts, in order
   */
  List<Form> inverse(int channels, NDArray like) {
    return List.of(
        rearranged(
            x ->
                x.reshape(-1, grid, kept(), 2, channels)
                    .transpose(0, 3, 1, 2, 4)
                    .reshape(-1, 2L * grid, kept(), channels)),
        product(columns(like).transpose(1, 0, 2, 3), new Shape(2L * grid, kept(), channels)),
        rearranged(
            x ->
                x.reshape(-1, 2, side, kept(), channels)
                    .transpose(0, 1, 3, 4, 2)
                    .reshape(-1, 2L * kept(), channels, side)),
        product(rows(like).transpose(1, 0, 2, 3), new Shape(2L * kept(), channels, side)),
        rearranged(x -> x.transpose(0, 2, 3, 1)));
  }

  private Form rearranged(UnaryOperator<NDArray> map) {
    return new Form.Exact(origin, 1, map);
  }

  private Form product(NDArray matrix, Shape input) {
    NDArray none =
        matrix
            .getManager()
            .zeros(new Shape(1, matrix.getShape().get(0), 1, 1), matrix.getDataType());
    // Row by row in memory, as a frozen one is, since the last bits of products depend on it.
    NDArray ordered = matrix.flatten().reshape(matrix.getShape());
    return new Form.Linear(
        origin.name(), ordered, none, w -> new ConvolutionMap(w, 1, 0, input), Form.Estimate.ONE);
  }

  /**
   * The response of kernels to every frequency, {@code sum_q w_q exp(i theta q)}, as real matrices
   * {@code [[Re, -Im], [Im, Re]]}.
   *
   * @param kernels (O, I, k, k), k odd; the middle entry is the place q = 0
   * @return (frequencies, 2 O, 2 I)
   */
  NDArray responses(NDArray kernels) {
    Shape shape = kernels.getShape();
    int taps = Math.toIntExact(shape.get(2));
    double[] cosines = new double[frequencies() * taps * taps];
    double[] sines = new double[cosines.length];
    for (int i = 0; i < cosines.length; i++) {
      int frequency = i / (taps * taps);
      int down = i / taps % taps - taps / 2;
      int right = i % taps - taps / 2;
      double angle =
          angle((long) (frequency / kept()) * down + (long) (frequency % kept()) * right);
      cosines[i] = Math.cos(angle);
      sines[i] = Math.sin(angle);
    }
    NDArray flat = kernels.reshape(-1, (long) taps * taps).transpose();
    NDArray real = response(cosines, flat, shape);
    NDArray imaginary = response(sines, flat, shape);
    NDArray upper = real.concat(imaginary.neg(), 2);
    return upper.concat(imaginary.concat(real, 2), 1);
  }

  private NDArray response(double[] waves, NDArray kernels, Shape shape) {
    Shape size = new Shape(frequencies(), kernels.getShape().get(0));
    return array(kernels, waves, size)
        .matMul(kernels)
        .reshape(frequencies(), shape.get(0), shape.get(1));
  }
}
