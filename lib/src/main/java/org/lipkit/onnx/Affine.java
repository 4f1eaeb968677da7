package org.lipkit.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.DiagonalMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.tensor.Tensors;

/**
 * The step {@code x -> A x + b}.
 *
 * @param name of the layer
 * @param output the shape of one output
 * @param shape of the weight that A is made of; its first axis runs over the output's channels,
 *     unless it is one number
 * @param weight its entries, rounded to float32 when the layer is made
 * @param bias one number per channel, or one in all, rounded likewise
 * @param geometry gives A for a weight
 */
record Affine(
    String name,
    Shape output,
    Shape shape,
    double[] weight,
    double[] bias,
    Function<NDArray, LinearMap> geometry)
    implements Step {

  private static final Form.Estimate NOT_TRAINED =
      (k, map, pass) -> {
        throw new IllegalStateException("An imported network is not trained.");
      };

  static Affine dense(int outputs, int inputs, double[] weight, double[] bias) {
    return new Affine(
        "Dense", new Shape(outputs), new Shape(outputs, inputs), weight, bias, DenseMap::new);
  }

  /** One factor and one summand for each channel; a single one is that of all. */
  static Affine diagonal(Shape input, double[] factors, double[] summands) {
    int length = Math.max(factors.length, summands.length);
    long[] spread = new long[length == 1 ? 1 : input.dimension()];
    Arrays.fill(spread, 1);
    spread[0] = length;
    return new Affine(
        "ChannelAffine",
        input,
        new Shape(spread),
        repeated(factors, length),
        repeated(summands, length),
        a -> new DiagonalMap(a, input));
  }

  private static double[] repeated(double[] values, int length) {
    return IntStream.range(0, length).mapToDouble(i -> values[i % values.length]).toArray();
  }

  boolean isDense() {
    return shape.dimension() == 2 && name.equals("Dense");
  }

  boolean isDiagonal() {
    return name.equals("ChannelAffine");
  }

  /** Whether these summands can be the map's own, of which it has none yet. */
  boolean takes(double[] summands) {
    return summands.length == bias.length && Arrays.stream(bias).allMatch(b -> b == 0);
  }

  /** This map, then one factor and one summand for each channel: one map. */
  Affine scaled(double[] factors, double[] summands) {
    int channels = (int) shape.get(0);
    int row = weight.length / channels;
    double[] w = weight.clone();
    double[] b = new double[channels];
    for (int c = 0; c < channels; c++) {
      double factor = factors[c % factors.length];
      for (int i = 0; i < row; i++) {
        w[c * row + i] *= factor;
      }
      double own = bias[c % bias.length] * factor;
      double summand = summands[c % summands.length];
      b[c] = own == 0 ? summand : own + summand;
    }
    return new Affine(name, output, shape, w, b, geometry);
  }

  @Override
  public Layer layer(NDManager manager) {
    long[] spread = new long[isDiagonal() ? shape.dimension() : output.dimension()];
    Arrays.fill(spread, 1);
    spread[0] = bias.length;
    NDArray a = float32(manager, weight, shape);
    NDArray b = float32(manager, bias, new Shape(spread));
    long perOutput = isDiagonal() ? 1 : weight.length / shape.get(0);
    return new Described(
        name,
        output,
        self -> new Form.Linear(name, a, b, geometry, NOT_TRAINED),
        weight.length + bias.length,
        isDiagonal() ? 0 : perOutput * output.size());
  }

  private NDArray float32(NDManager manager, double[] values, Shape spread) {
    for (double value : values) {
      if (!Float.isFinite((float) value)) {
        throw new Refusal("a %s has weights too large for float32", name);
      }
    }
    return Tensors.ofDoubles(manager, values, spread, DataType.FLOAT32);
  }
}
