package org.lipkit.onnx;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.lipkit.layer.Window;

/** Operators that are linear maps with an offset, and sums. */
final class LinearMaps {

  private LinearMaps() {}

  static Value convolution(Node node) {
    Activation x = node.activation(0);
    Windows.requireImage(x);
    Constant kernels = node.weight(1, "kernel");
    if (kernels.rank() != 4 || kernels.array().isEmpty()) {
      throw new Refusal(
          "has kernels of shape %s; images need (channels, inputs, height, width)",
          kernels.shape());
    }
    int outputs = (int) kernels.length(0);
    int groups = Math.toIntExact(node.integer("group", 1));
    long[] sides = {kernels.length(2), kernels.length(3)};
    if (!Arrays.equals(node.integers("kernel_shape", sides), sides)
        || groups < 1
        || x.shape.get(0) != groups * kernels.length(1)
        || outputs % groups != 0) {
      throw new Refusal(
          "has kernels of shape %s in %d groups, which do not fit inputs of shape %s",
          kernels.shape(), groups, x.shape);
    }
    Window[] windows = Windows.of(node, x.shape, sides);
    return new Convolving(x.shape, windows[0], windows[1])
        .apply(x, kernels, bias(node, outputs), groups);
  }

  private static double[] bias(Node node, int outputs) {
    if (!node.hasInput(2)) {
      return new double[outputs];
    }
    Constant bias = node.weight(2, "bias");
    if (bias.array().size() != 1 && !Arrays.equals(last(bias), new long[] {outputs})) {
      throw new Refusal("has a bias of shape %s for %d outputs", bias.shape(), outputs);
    }
    return bias.reshaped(bias.array().size()).spread(new long[] {outputs});
  }

  /** A shape without leading axes of length 1. */
  private static long[] last(Constant bias) {
    return Arrays.stream(bias.shape()).dropWhile(axis -> axis == 1).toArray();
  }

  static Value gemm(Node node) {
    if (node.integer("transA", 0) != 0) {
      throw new Refusal("transposes the batch (transA), so that samples would mix");
    }
    Constant matrix = matrix(node);
    Constant rows = node.integer("transB", 0) == 0 ? matrix.transposed(1, 0) : matrix;
    double[] alpha = {node.number("alpha", 1)};
    double beta = node.number("beta", 1);
    double[] bias = Arrays.stream(bias(node, (int) rows.length(0))).map(b -> beta * b).toArray();
    return node.activation(0).then(dense(node, rows).scaled(alpha, bias));
  }

  static Value matMul(Node node) {
    return node.activation(0).then(dense(node, matrix(node).transposed(1, 0)));
  }

  private static Constant matrix(Node node) {
    Constant matrix = node.weight(1, "matrix");
    if (matrix.rank() != 2 || matrix.array().isEmpty()) {
      throw new Refusal(
          "multiplies with an array of shape %s; only matrices are known", matrix.shape());
    }
    return matrix;
  }

  private static Affine dense(Node node, Constant rows) {
    int outputs = (int) rows.length(0);
    int inputs = (int) rows.length(1);
    Shape shape = node.activation(0).shape;
    if (!shape.equals(new Shape(inputs))) {
      throw new Refusal("multiplies samples of shape %s with a matrix of %d inputs", shape, inputs);
    }
    return Affine.dense(outputs, inputs, rows.values(), new double[outputs]);
  }

  /** Folded in float64 into one factor and one summand for each channel, then rounded. */
  static Value batchNormalization(Node node) {
    node.ignore("momentum");
    if (node.integer("training_mode", 0) != 0) {
      throw new Refusal("takes the statistics of the batch; export the network with model.eval()");
    }
    double epsilon = node.number("epsilon", 1e-5f);
    int channels = (int) node.activation(0).shape.get(0);
    double[][] parameters = new double[4][];
    for (int i = 0; i < 4; i++) {
      parameters[i] = node.weight(i + 1, "parameter").values();
      if (parameters[i].length != channels) {
        throw new Refusal("has %d numbers for %d channels", parameters[i].length, channels);
      }
    }
    double[] factors = new double[channels];
    double[] summands = new double[channels];
    for (int c = 0; c < channels; c++) {
      if (!(parameters[3][c] + epsilon > 0)) {
        throw new Refusal("has a variance of %s; the file is damaged", parameters[3][c]);
      }
      factors[c] = parameters[0][c] / Math.sqrt(parameters[3][c] + epsilon);
      summands[c] = parameters[1][c] - parameters[2][c] * factors[c];
    }
    return scaled(node, 0, factors, summands);
  }

  static Value add(Node node) {
    int constant = constantSide(node);
    return constant < 0
        ? node.activation(0).plus(node.activation(1))
        : scaled(node, 1 - constant, one(), spread(node, constant, "summand"));
  }

  static Value subtract(Node node) {
    int constant = requireConstant(node, "subtracts");
    double[] values = spread(node, constant, "subtrahend");
    return constant == 0
        ? scaled(node, 1, new double[] {-1}, values)
        : scaled(node, 0, one(), Arrays.stream(values).map(v -> -v).toArray());
  }

  static Value multiply(Node node) {
    int constant = requireConstant(node, "multiplies");
    return scaled(node, 1 - constant, spread(node, constant, "factor"), new double[1]);
  }

  static Value divide(Node node) {
    if (requireConstant(node, "divides") == 0) {
      throw new Refusal("divides by an activation; a quotient has no Lipschitz constant");
    }
    double[] values = spread(node, 1, "divisor");
    if (Arrays.stream(values).anyMatch(v -> v == 0)) {
      throw new Refusal("divides by 0");
    }
    return scaled(node, 0, Arrays.stream(values).map(v -> 1 / v).toArray(), new double[1]);
  }

  private static boolean isOne(double[] factors) {
    return Arrays.stream(factors).allMatch(factor -> factor == 1);
  }

  private static double[] one() {
    return new double[] {1};
  }

  private static int constantSide(Node node) {
    return node.input(0) instanceof Constant ? 0 : node.input(1) instanceof Constant ? 1 : -1;
  }

  private static int requireConstant(Node node, String verb) {
    int constant = constantSide(node);
    if (constant < 0) {
      throw new Refusal(
          "%s two activations; a bound for that would need how large both become, and only constants"
              + " are known",
          verb);
    }
    return constant;
  }

  /** A constant as one number, one per channel or one per entry of a sample. */
  private static double[] spread(Node node, int index, String role) {
    Constant constant = node.weight(index, role);
    Shape sample = node.activation(1 - index).shape;
    long[] over = new Shape(1).addAll(sample).getShape();
    long[] channels = new long[over.length];
    Arrays.fill(channels, 1);
    channels[1] = over[1];
    if (!constant.spreads(over)) {
      throw new Refusal(
          "combines samples of shape %s with a constant of shape %s, which does not spread over"
              + " them",
          sample, constant.shape());
    }
    boolean isShort = constant.array().size() == 1 || constant.spreads(channels);
    return isShort ? constant.values() : constant.spread(over);
  }

  /**
   * One map with the linear one before it, if nothing else reads that. In a file that was written
   * here only where that changes no number.
   */
  private static Activation scaled(Node node, int index, double[] factors, double[] summands) {
    Activation x = node.activation(index);
    int channels = (int) x.shape.get(0);
    int length = Math.max(factors.length, summands.length);
    if (length > 1 && length != channels) {
      Shape flat = new Shape(x.shape.size());
      return x.reshaped(Value.BATCH, x.shape.size())
          .then(Affine.diagonal(flat, factors, summands))
          .reshaped(x.shape());
    }
    boolean changesNone = x.step instanceof Affine one && isOne(factors) && one.takes(summands);
    boolean mayChange = x.step instanceof Affine one && !one.isDiagonal() && !node.graph().isOurs();
    return node.isOnlyReader(index) && (changesNone || mayChange)
        ? x.input.then(((Affine) x.step).scaled(factors, summands))
        : x.then(Affine.diagonal(x.shape, factors, summands));
  }
}
