package org.lipkit.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The architectures that the checker knows, put together from the saved weights of frozen networks.
 */
final class Network {

  private static final Pattern LIRESNET = Pattern.compile("LiResNet L(\\d{1,6}) W(\\d{1,6})");
  private static final int LARGEST_SIDE = 63;
  private static final Activation RELU = Network::relu;
  private static final Activation MIN_MAX = Network::minMax;

  /** Takes the number of channels, which alternate fastest, and the entries. */
  private interface Activation {
    double[] apply(double[] x, int channels);
  }

  private final Map<String, FloatArray> weights;
  private final Set<String> unused;
  private final int colours;
  private final List<Affine> body = new ArrayList<>();
  private Head head;
  private boolean pairwise = true;
  private int channels;
  private int side;

  /** The last layer's number in the body; the names of weights are made of it. */
  private int position;

  /**
   * @param weights by the names of {@code weights.npz}
   * @param channels of the images
   * @param side their height and width
   */
  private Network(Map<String, FloatArray> weights, int channels, int side) {
    this.weights = weights;
    this.unused = new TreeSet<>(weights.keySet());
    this.colours = channels;
    this.channels = channels;
    this.side = side;
  }

  static Network of(String model, Map<String, FloatArray> weights, int channels, int side) {
    if (channels < 1 || side < 1 || side > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          "The checker is for images of 1 to "
              + LARGEST_SIDE
              + " pixels a side, not "
              + side
              + ".");
    }
    Network network = new Network(weights, channels, side);
    Matcher liresnet = LIRESNET.matcher(model);
    if (model.equals("Wong net")) {
      network.wong();
    } else if (model.equals("2C2F")) {
      network.gloro();
    } else if (liresnet.matches()) {
      network.liresnet(Integer.parseInt(liresnet.group(1)), Integer.parseInt(liresnet.group(2)));
    } else {
      throw new IllegalArgumentException(
          "The checker does not know the model \""
              + model
              + "\"; it knows Wong net, 2C2F and LiResNet L<blocks> W<width>.");
    }
    if (!network.unused.isEmpty()) {
      throw new IllegalArgumentException(
          "The weights have arrays that the frozen model lacks, "
              + network.unused
              + "; they belong to another model or were saved before it was frozen.");
    }
    return network;
  }

  private void wong() {
    convolution(16, 4, 2, 1, RELU);
    convolution(32, 4, 2, 1, RELU);
    flatten();
    dense(100, RELU);
    pairwise = false;
    head = new Head(headRows(), headBias());
  }

  private void gloro() {
    shift();
    convolution(16, 4, 2, 1, MIN_MAX);
    convolution(32, 4, 2, 1, MIN_MAX);
    flatten();
    dense(100, MIN_MAX);
    head = new Head(headRows(), headBias());
  }

  private void liresnet(int depth, int width) {
    if (width < 2 || width % 2 != 0) {
      throw new IllegalArgumentException(
          "The width of a LiResNet is an even number of channels, not " + width + ".");
    }
    shift();
    convolution(width, 5, 2, 2, MIN_MAX);
    for (int block = 0; block < depth; block++) {
      addConvolution("LinearResidual", width, 3, 1, 1, MIN_MAX);
    }
    convolution(2 * width, 4, 4, 0, MIN_MAX);
    flatten();
    dense(512, MIN_MAX);
    head = new Head(headRows(), headBias());
  }

  private void shift() {
    Matrix identity = Matrix.identity(side * side * channels);
    body.add(Affine.of(name("Shift"), identity, new double[] {-0.5}, 1, 1, x -> x));
  }

  private void convolution(int out, int kernel, int stride, int padding, Activation activation) {
    addConvolution("Convolution", out, kernel, stride, padding, activation);
  }

  private void addConvolution(
      String type, int out, int kernel, int stride, int padding, Activation activation) {
    String name = name(type);
    double[][] kernels = take(name + "_weight", out, channels, kernel, kernel).rows();
    if (side + 2 * padding < kernel) {
      throw new IllegalArgumentException(
          "Images of " + side + " pixels a side are too small for the layer " + name + ".");
    }
    Matrix matrix = Matrix.convolution(kernels, channels, kernel, stride, padding, side);
    int inputs = channels;
    channels = kernels.length;
    side = (side + 2 * padding - kernel) / stride + 1;
    add(name, matrix, inputs, kernel * kernel, activation);
  }

  /** The program lays images out channel by channel before this layer, the checker does not. */
  private void dense(int out, Activation activation) {
    String name = name("Dense");
    int pixels = side * side;
    double[][] rows = take(name + "_weight", out, channels * pixels).rows();
    for (int j = 0; j < out; j++) {
      double[] planes = rows[j].clone();
      for (int k = 0; k < planes.length; k++) {
        rows[j][k % pixels * channels + k / pixels] = planes[k];
      }
    }
    channels = out;
    side = 1;
    add(name, Matrix.dense(rows), rows[0].length, 1, activation);
  }

  private void add(String name, Matrix matrix, int inputs, int taps, Activation activation) {
    position++;
    int count = channels;
    double[] bias = take(name + "_bias", count).flat();
    body.add(Affine.of(name, matrix, bias, inputs, taps, x -> activation.apply(x, count)));
  }

  private double[][] headRows() {
    FloatArray rows = weights.get("02head_weight");
    int classes = rows == null ? 2 : rows.shape()[0];
    return take("02head_weight", classes, channels).rows();
  }

  private double[] headBias() {
    return take("02head_bias", weights.get("02head_weight").shape()[0]).flat();
  }

  private void flatten() {
    position++;
  }

  private String name(String type) {
    return String.format(Locale.ROOT, "01body_%02d%s", ++position, type);
  }

  private FloatArray take(String name, int... shape) {
    FloatArray array = weights.get(name);
    unused.remove(name);
    if (array == null || !Arrays.equals(array.shape(), shape)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The weights have %s %s where the model has one of shape %s; they belong to another"
                  + " model or are incomplete.",
              array == null ? "no array" : Arrays.toString(array.shape()) + " in",
              name,
              Arrays.toString(shape)));
    }
    for (float value : array.values()) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "The array " + name + " has an entry of " + value + ", so nothing can be certified.");
      }
    }
    return array;
  }

  private static double[] relu(double[] x, int channels) {
    return Arrays.stream(x).map(entry -> Math.max(entry, 0)).toArray();
  }

  /** Of channels c and c + channels / 2, the larger first. */
  private static double[] minMax(double[] x, int channels) {
    double[] y = new double[x.length];
    int half = channels / 2;
    for (int k = 0; k < x.length; k++) {
      boolean first = k % channels < half;
      y[k] = first ? Math.max(x[k], x[k + half]) : Math.min(x[k], x[k - half]);
    }
    return y;
  }

  /** Pixels as the checker orders them, with a pixel's channels side by side. */
  double[] interleaved(float[] planes) {
    double[] pixels = new double[planes.length];
    int area = planes.length / colours;
    for (int k = 0; k < planes.length; k++) {
      pixels[k % area * colours + k / area] = planes[k];
    }
    return pixels;
  }

  List<Affine> body() {
    return body;
  }

  Head head() {
    return head;
  }

  /** At least the Lipschitz constant of everything before the head. */
  double bodyNorm() {
    double norm = 1;
    for (Affine layer : body) {
      norm = Up.times(norm, layer.norm());
    }
    return norm;
  }

  /**
   * At least the Lipschitz constants of all differences of logits, by the model's rule: the
   * distances of the head's rows, or for Wong's network its norm times the root of 2.
   */
  double[][] constants() {
    double norm = bodyNorm();
    double common = pairwise ? 0 : Up.times(Up.root(2), head.norm());
    double[][] constants = new double[head.classes()][head.classes()];
    for (int j = 0; j < constants.length; j++) {
      for (int i = 0; i < j; i++) {
        constants[j][i] = Up.times(norm, pairwise ? head.distance(j, i) : common);
        constants[i][j] = constants[j][i];
      }
    }
    return constants;
  }
}
