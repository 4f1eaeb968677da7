package org.lipkit.onnx;

import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.layer.Window;

/**
 * A convolution of any strides, pads, dilation and kernel sides as one of the library, with a
 * square kernel, one stride and one padding. Zeros between, before and after the weights make the
 * kernel square and the pads equal: they add nothing to any sum. With k the span of the kernel
 * along an axis of length n, s its stride, b the padding before it, o the outputs and S the common
 * divisor of both strides, padding P and side K are the smallest numbers with
 *
 * <pre>
 *   P &gt;= b,   K = P + m,   m = max (k - b),   n + 2 P - K &gt;= (o - 1) s,</pre>
 *
 * for both axes. Output i s / S of the square convolution is output i of the given one; where there
 * are others, they are left out.
 */
final class Convolving {

  private static final long MOST_WEIGHTS = 1 << 27;
  private static final int LONGEST_SIDE = 1 << 13;

  private final Shape image;
  private final Window[] axes;
  private final int stride;
  private final int padding;
  private final int side;

  Convolving(Shape image, Window rows, Window columns) {
    this.image = image;
    axes = new Window[] {rows, columns};
    stride = gcd(rows.stride(), columns.stride());
    long overlap = Math.max(rows.span() - rows.before(), columns.span() - columns.before());
    long least = 0;
    for (int axis = 0; axis < 2; axis++) {
      long reach = (outputs(axis) - 1) * axes[axis].stride();
      least = Math.max(least, axes[axis].before());
      least = Math.max(least, reach - image.get(1 + axis) + overlap);
    }
    padding = Math.toIntExact(least);
    side = Math.toIntExact(least + overlap);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private long outputs(int axis) {
    return axes[axis].outputs("Convolution", image.get(1 + axis));
  }

  /**
   * Convolves.
   *
   * @param x the image, (C, H, W)
   * @param kernels (O, C / groups, k1, k2)
   * @param bias (O)
   */
  Activation apply(Activation x, Constant kernels, double[] bias, int groups) {
    int channels = (int) kernels.length(0);
    int depth = (int) kernels.length(1);
    Shape shape = new Shape(channels, depth, side, side);
    if (side > LONGEST_SIDE || shape.size() > MOST_WEIGHTS) {
      throw new Refusal("would need kernels of shape %s, zeros included, which is too much", shape);
    }
    long rows = (image.get(1) + 2L * padding - side) / stride + 1;
    long columns = (image.get(2) + 2L * padding - side) / stride + 1;
    Activation y =
        x.then(
            new Affine(
                "Convolution",
                new Shape(channels, rows, columns),
                shape,
                spread(kernels.values(), channels * depth),
                bias,
                w -> new ConvolutionMap(w, stride, padding, groups, image)));
    return kept(kept(y, 0), 1);
  }

  private double[] spread(double[] kernels, int planes) {
    Window down = axes[0];
    Window across = axes[1];
    double[] all = new double[planes * side * side];
    int next = 0;
    for (int plane = 0; plane < planes; plane++) {
      for (int a = 0; a < down.kernel(); a++) {
        int row = padding - down.before() + down.dilation() * a;
        for (int b = 0; b < across.kernel(); b++) {
          int column = padding - across.before() + across.dilation() * b;
          all[(plane * side + row) * side + column] = kernels[next++];
        }
      }
    }
    return all;
  }

  /** The outputs that the given convolution has along an axis. */
  private Activation kept(Activation y, int axis) {
    int step = axes[axis].stride() / stride;
    int[] places = IntStream.range(0, (int) outputs(axis)).map(i -> i * step).toArray();
    return y.selected(2 + axis, places).activation();
  }
}
