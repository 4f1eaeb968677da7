package org.lipkit.checker;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** One node of an ONNX file: the operators that the library writes, and no others. */
final class OnnxNode {

  private static final long MOST_PRODUCTS = 1L << 27;

  private final NodeProto node;
  private final OnnxNetwork network;
  private final Map<String, AttributeProto> attributes = new HashMap<>();
  private final Set<String> read = new HashSet<>();

  OnnxNode(NodeProto node, OnnxNetwork network) {
    this.node = node;
    this.network = network;
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attributes.put(attribute.getName(), attribute) != null) {
        throw refused("has two attributes " + attribute.getName());
      }
    }
  }

  private IllegalArgumentException refused(String reason) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "node %s (%s) %s, which the checker does not know.",
            node.getName(),
            node.getOpType(),
            reason));
  }

  /** What the node gives; an attribute that is not read here might change it. */
  List<View> apply() {
    List<View> results = result();
    requireAllRead();
    return results;
  }

  private void requireAllRead() {
    if (!node.getDomain().isEmpty()) {
      throw refused("is an operator of another domain");
    }
    for (String name : attributes.keySet()) {
      if (!read.contains(name)) {
        throw refused("has an attribute " + name);
      }
    }
  }

  private List<View> result() {
    return switch (node.getOpType()) {
      case "Conv" -> List.of(convolution());
      case "Gemm" -> List.of(dense());
      case "Mul" -> List.of(multiplied());
      case "Add" -> List.of(network.isWeight(node.getInput(1)) ? shifted() : sum());
      case "Relu" -> List.of(then(Activation.RELU.on(1)));
      case "Abs" -> List.of(then(new Slopes(-1)));
      case "LeakyRelu" -> List.of(then(new Slopes(number("alpha", 0.01f))));
      case "PRelu" -> List.of(then(new Slopes(spread(network.weight(node.getInput(1))))));
      case "Clip" -> List.of(clipped());
      case "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool" -> List.of(pooled());
      case "Reshape" -> List.of(reshaped());
      case "Gather" -> List.of(x().along(axis(), places(network.numbers(node.getInput(1)))));
      case "Split" -> split();
      case "Max", "Min" -> List.of(compared());
      case "Concat" -> List.of(joined());
      case "TopK" -> List.of(sorted());
      case "Pad" -> List.of(padded());
      default -> throw refused("is an operator");
    };
  }

  private View x() {
    return network.value(node.getInput(0));
  }

  private Flow flow() {
    return x().settled().flow();
  }

  private View then(Part part) {
    View x = x().settled();
    return View.of(x.flow().then(part, x.flow().size()), x.shape());
  }

  /** An attribute, or null; one of another type holds its value where it is not looked for. */
  private AttributeProto attribute(String name, AttributeType type) {
    read.add(name);
    AttributeProto attribute = attributes.get(name);
    if (attribute != null && attribute.getType() != type) {
      throw refused("has an attribute " + name + " of another type");
    }
    return attribute;
  }

  private long[] integers(String name, long... otherwise) {
    AttributeProto attribute = attribute(name, AttributeType.INTS);
    return attribute == null
        ? otherwise
        : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  private long integer(String name, long otherwise) {
    AttributeProto attribute = attribute(name, AttributeType.INT);
    return attribute == null ? otherwise : attribute.getI();
  }

  private float number(String name, float otherwise) {
    AttributeProto attribute = attribute(name, AttributeType.FLOAT);
    return attribute == null ? otherwise : attribute.getF();
  }

  /** An axis of a sample. */
  private int axis() {
    int axis = Math.toIntExact(integer("axis", 0)) - 1;
    if (axis < 0 || axis >= x().shape().length) {
      throw refused("works along another axis than a sample's");
    }
    return axis;
  }

  private int[] places(long[] places) {
    return LongStream.of(places).mapToInt(Math::toIntExact).toArray();
  }

  /** A constant for every entry of the input, axes aligned at the last. */
  private double[] spread(FloatArray array) {
    int[] over = x().shape();
    int[] shape = array.shape();
    int missing = over.length - shape.length;
    double[] values = array.flat();
    double[] all = new double[OnnxNetwork.entries(over)];
    for (int k = 0; k < all.length; k++) {
      int rest = k;
      int place = 0;
      int step = 1;
      for (int axis = over.length - 1; axis >= 0; axis--) {
        int length = axis < missing ? 1 : shape[axis - missing];
        if (missing < 0 || length != 1 && length != over[axis]) {
          throw refused("combines unlike shapes");
        }
        place += length == 1 ? 0 : rest % over[axis] * step;
        step *= length;
        rest /= over[axis];
      }
      all[k] = values[place];
    }
    return all;
  }

  private View multiplied() {
    String weight = node.getInput(1);
    double[] factors = spread(network.weight(weight));
    Matrix matrix = Matrix.diagonal(factors.length, factors);
    return then(network.bounded(weight, matrix, new double[1], 1, 1));
  }

  private View shifted() {
    double[] summands = spread(network.weight(node.getInput(1)));
    return then(Affine.of(Matrix.diagonal(summands.length, 1), summands, 1, 1));
  }

  private View sum() {
    View first = x().settled();
    View second = network.value(node.getInput(1)).settled();
    if (!Arrays.equals(first.shape(), second.shape())) {
      throw refused("adds unlike shapes");
    }
    return View.of(first.flow().plus(second.flow()), first.shape());
  }

  private double[] bias(int outputs) {
    if (node.getInputCount() < 3) {
      return new double[1];
    }
    FloatArray bias = network.weight(node.getInput(2));
    if (!Arrays.equals(bias.shape(), new int[] {outputs})) {
      throw refused("has a bias of another shape than its outputs");
    }
    return bias.flat();
  }

  private double[][] rows() {
    FloatArray matrix = network.weight(node.getInput(1));
    if (integer("transB", 0) != 1 || matrix.shape().length != 2) {
      throw refused("multiplies in another way than the library writes");
    }
    if (x().shape().length != 1 || matrix.shape()[1] != x().shape()[0]) {
      throw refused("multiplies unlike shapes");
    }
    return matrix.rows();
  }

  private View dense() {
    double[][] rows = rows();
    Affine affine =
        network.bounded(node.getInput(1), Matrix.dense(rows), bias(rows.length), rows[0].length, 1);
    Flow flow = flow().then(affine, rows.length);
    return View.of(flow, rows.length);
  }

  /** The last layer. */
  Head head(View features) {
    double[][] rows = rows();
    OnnxNetwork.entries(rows.length, rows.length); // one constant for each two classes
    double[] bias = bias(rows.length);
    requireAllRead();
    return new Head(rows, bias.length == 1 ? new double[rows.length] : bias);
  }

  /**
   * Before it and after it, a pixel's channels stand side by side, so that its matrix is banded.
   */
  private View convolution() {
    FloatArray kernels = network.weight(node.getInput(1));
    View image = x();
    requireImage(image);
    int[] shape = kernels.shape();
    int groups = Math.toIntExact(integer("group", 1));
    int channels = image.shape()[0];
    if (shape.length != 4
        || !Arrays.equals(integers("kernel_shape"), new long[] {shape[2], shape[3]})
        || groups < 1
        || channels != groups * shape[1]
        || shape[0] % groups != 0) {
      throw refused("has kernels that do not fit its input");
    }
    Axis down = axis(image, 1, shape[2]);
    Axis across = axis(image, 2, shape[3]);
    int outputs = shape[0];
    int pixels = Math.multiplyExact(down.outputs(), across.outputs());
    int row = shape[1] * shape[2] * shape[3];
    if ((long) pixels * outputs * row > MOST_PRODUCTS) {
      throw refused("takes more products than fit in the memory");
    }
    double[][] weights = kernels.rows();
    int[][] columns = new int[pixels * outputs][];
    double[][] values = new double[columns.length][];
    for (int o = 0; o < columns.length; o++) {
      int channel = o % outputs;
      int pixel = o / outputs;
      int[] at = new int[row];
      double[] entries = new double[row];
      int n = 0;
      for (int a = 0; a < shape[2]; a++) {
        for (int b = 0; b < shape[3]; b++) {
          int y = down.place(pixel / across.outputs(), a);
          int x = across.place(pixel % across.outputs(), b);
          for (int i = 0; y >= 0 && x >= 0 && i < shape[1]; i++) {
            int input = channel / (outputs / groups) * shape[1] + i;
            at[n] = (y * across.length() + x) * channels + input;
            entries[n++] = weights[channel][(i * shape[2] + a) * shape[3] + b];
          }
        }
      }
      columns[o] = Arrays.copyOf(at, n);
      values[o] = Arrays.copyOf(entries, n);
    }
    int area = down.length() * across.length();
    View side = image.picked(transposed(channels, area), area * channels).settled();
    Matrix matrix = Matrix.of(area * channels, columns, values);
    Affine affine =
        network.bounded(node.getInput(1), matrix, bias(outputs), shape[1], shape[2] * shape[3]);
    Flow flow = side.flow().then(affine, columns.length);
    return View.of(flow, columns.length)
        .picked(transposed(pixels, outputs), outputs, down.outputs(), across.outputs());
  }

  /** Where the entries of an array of a x b are, in the order of its transpose. */
  private static int[] transposed(int a, int b) {
    return IntStream.range(0, a * b).map(k -> k % a * b + k / a).toArray();
  }

  private void requireImage(View x) {
    if (x.shape().length != 3) {
      throw refused("takes something else than images");
    }
  }

  /** The windows along an axis of images. */
  private record Axis(int length, int kernel, int stride, int dilation, int before, int outputs) {

    /** Where place a of a window is, or -1 outside the image. */
    int place(int window, int a) {
      int place =
          Math.subtractExact(
              Math.addExact(Math.multiplyExact(stride, window), Math.multiplyExact(dilation, a)),
              before);
      return place < length ? Math.max(-1, place) : -1;
    }
  }

  private Axis axis(View image, int axis, int kernel) {
    long[] pads = integers("pads", 0, 0, 0, 0);
    int length = image.shape()[axis];
    int stride = Math.toIntExact(integers("strides", 1, 1)[axis - 1]);
    int dilation = Math.toIntExact(integers("dilations", 1, 1)[axis - 1]);
    int before = Math.toIntExact(pads[axis - 1]);
    long room = length + pads[axis - 1] + pads[axis + 1] - (long) dilation * (kernel - 1) - 1;
    if (stride < 1
        || dilation < 1
        || kernel < 1
        || Math.min(before, pads[axis + 1]) < 0
        || room < 0) {
      throw refused("has windows that do not fit its input");
    }
    int outputs = OnnxNetwork.entries(Math.toIntExact(room / stride) + 1);
    return new Axis(length, kernel, stride, dilation, before, outputs);
  }

  private View pooled() {
    View x = x().settled();
    requireImage(x);
    int[] shape = x.shape();
    boolean isGlobal = node.getOpType().equals("GlobalAveragePool");
    long[] kernel = isGlobal ? new long[] {shape[1], shape[2]} : integers("kernel_shape");
    if (integer("ceil_mode", 0) != 0
        || integer("count_include_pad", 0) != 0
        || integer("p", 2) != 2) {
      throw refused("has windows of another kind");
    }
    Axis down = axis(x, 1, Math.toIntExact(kernel[0]));
    Axis across = axis(x, 2, Math.toIntExact(kernel[1]));
    int[] pooled = {shape[0], down.outputs(), across.outputs()};
    int[][] windows = new int[OnnxNetwork.entries(pooled)][];
    for (int o = 0; o < windows.length; o++) {
      int row = o / across.outputs() % down.outputs();
      int column = o % across.outputs();
      int plane = o / across.outputs() / down.outputs() * down.length() * across.length();
      windows[o] =
          IntStream.range(0, down.kernel())
              .map(a -> down.place(row, a))
              .filter(y -> y >= 0)
              .flatMap(
                  y ->
                      IntStream.range(0, across.kernel())
                          .map(b -> across.place(column, b))
                          .filter(place -> place >= 0)
                          .map(place -> plane + y * across.length() + place))
              .toArray();
      if (windows[o].length == 0) {
        throw refused("has a window of nothing but padding");
      }
    }
    int inputs = x.flow().size();
    Part part =
        node.getOpType().endsWith("AveragePool")
            ? means(windows, inputs)
            : node.getOpType().equals("LpPool")
                ? Lengths.of(windows, inputs)
                : Copying.largest(windows, inputs);
    return View.of(x.flow().then(part, windows.length), pooled);
  }

  /**
   * Shares of windows are rounded up, so that the norm is that of larger entries; two more products
   * in each sum count what that changes.
   */
  private static Part means(int[][] windows, int inputs) {
    double[][] shares = new double[windows.length][];
    int most = 0;
    for (int o = 0; o < windows.length; o++) {
      shares[o] = new double[windows[o].length];
      Arrays.fill(shares[o], Math.nextUp(1.0 / windows[o].length));
      most = Math.max(most, windows[o].length);
    }
    return Affine.of(Matrix.of(inputs, windows, shares), new double[1], 1, most + 2);
  }

  private View clipped() {
    double least = bound(1, Double.NEGATIVE_INFINITY);
    double most = bound(2, Double.POSITIVE_INFINITY);
    return then(new Clipping(least, most));
  }

  private double bound(int index, double otherwise) {
    boolean has = index < node.getInputCount() && !node.getInput(index).isEmpty();
    return has ? network.weight(node.getInput(index)).values()[0] : otherwise;
  }

  private View reshaped() {
    long[] target = network.numbers(node.getInput(1));
    if (target.length < 2 || target[0] != 0) {
      throw refused("changes the batch");
    }
    return x().reshaped(Arrays.stream(target).skip(1).mapToInt(Math::toIntExact).toArray());
  }

  private List<View> split() {
    int axis = axis();
    int length = x().shape()[axis];
    int parts = node.getOutputCount();
    if (length % parts != 0 || node.getInputCount() > 1) {
      throw refused("splits into unlike parts");
    }
    List<View> all = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int from = part * (length / parts);
      all.add(x().along(axis, IntStream.range(from, from + length / parts).toArray()));
    }
    return all;
  }

  private View compared() {
    if (node.getInputCount() != 2) {
      throw refused("compares more than two");
    }
    return x().compared(network.value(node.getInput(1)), node.getOpType().equals("Max"));
  }

  private View joined() {
    int axis = axis();
    List<View> parts = node.getInputList().stream().map(network::value).toList();
    boolean areBranches = parts.stream().anyMatch(part -> part.flow() != parts.get(0).flow());
    return areBranches && axis == 0
        ? parts.stream().map(View::settled).reduce(this::beside).orElseThrow()
        : View.joined(parts, axis);
  }

  /** Two branches, the second's channels behind the first's. */
  private View beside(View first, View second) {
    int[] shape = first.shape().clone();
    shape[0] = second.shape()[0];
    if (!Arrays.equals(shape, second.shape())) {
      throw refused("joins unlike shapes");
    }
    shape[0] = Math.addExact(shape[0], first.shape()[0]);
    OnnxNetwork.entries(shape);
    return View.of(first.flow().beside(second.flow()), shape);
  }

  private View sorted() {
    View x = x().settled();
    int channels = x.shape()[0];
    if (axis() != 0
        || network.numbers(node.getInput(1))[0] != channels
        || integer("largest", 1) != 1
        || integer("sorted", 1) != 1) {
      throw refused("picks some of the numbers by size");
    }
    return then(Copying.sorted(x.flow().size() / channels, x.flow().size()));
  }

  private View padded() {
    View x = x().settled();
    int[] pads = places(network.numbers(node.getInput(1)));
    int rank = x.shape().length + 1;
    // Programs do not agree on what negative numbers cut off beside others that pad.
    if (pads.length != 2 * rank
        || pads[0] != 0
        || pads[rank] != 0
        || Arrays.stream(pads).anyMatch(pad -> pad < 0)
        || node.getInputCount() > 2) {
      throw refused("pads in another way");
    }
    int[] shape = x.shape().clone();
    for (int axis = 0; axis < shape.length; axis++) {
      int added = Math.addExact(pads[axis + 1], pads[rank + axis + 1]);
      shape[axis] = Math.addExact(shape[axis], added);
    }
    int[] sources = new int[OnnxNetwork.entries(shape)];
    for (int k = 0; k < sources.length; k++) {
      int rest = k;
      int place = 0;
      int step = 1;
      boolean isInside = true;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        int at = rest % shape[axis] - pads[axis + 1];
        rest /= shape[axis];
        isInside &= at >= 0 && at < x.shape()[axis];
        place += at * step;
        step *= x.shape()[axis];
      }
      sources[k] = isInside ? place : Copying.NONE;
    }
    Part part = new Copying(1, x.flow().size(), any -> sources);
    return View.of(x.flow().then(part, sources.length), shape);
  }
}
