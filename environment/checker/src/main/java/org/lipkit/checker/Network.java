package org.lipkit.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The architectures that the checker knows, put together from the saved weights of frozen networks.
 */
final class Network {

  private static final Pattern RESIDUAL =
      Pattern.compile(
          "(LiResNet|LiResNet-orthogonal|ResNet) L(\\d{1,6}) W(\\d{1,6})(?: D(\\d{1,6}))?");
  private static final Pattern LIP_NEXT = Pattern.compile("LipNeXt L(\\d{1,6}) W(\\d{1,6})");
  private static final Pattern AOL = Pattern.compile("AOL-MLP L(\\d{1,6}) W(\\d{1,6})");
  private static final Pattern WIDE = Pattern.compile("WRN-(\\d{1,6})-(\\d{1,6})( avg)?");
  private static final int LARGEST_SIDE = 64;
  private static final String HEAD = "02head";

  private final Map<String, FloatArray> weights;
  private final Set<String> unused;
  private final int colours;
  private final Map<String, Double> norms = new LinkedHashMap<>();
  private Part body;
  private Head head;
  private boolean pairwise = true;

  private Network(Map<String, FloatArray> weights, int channels) {
    this.weights = weights;
    this.unused = new TreeSet<>(weights.keySet());
    this.colours = channels;
  }

  /**
   * Puts a network together and bounds the norms of its layers.
   *
   * @param weights by the names of {@code weights.npz}
   * @param channels of the images
   * @param side their height and width
   */
  static Network of(String model, Map<String, FloatArray> weights, int channels, int side) {
    if (channels < 1 || side < 1 || side > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The checker is for images of 1 to %d pixels a side, not %d.",
              LARGEST_SIDE,
              side));
    }
    Network network = new Network(weights, channels);
    Layers layers = network.new Layers("01body_", channels, side);
    Matcher residual = RESIDUAL.matcher(model);
    Matcher wide = WIDE.matcher(model);
    Matcher lipNext = LIP_NEXT.matcher(model);
    Matcher aol = AOL.matcher(model);
    if (model.equals("Wong net")) {
      network.pairwise = false;
      layers.twoConvolutions(Activation.RELU);
    } else if (model.equals("2C2F")) {
      layers.shift();
      layers.twoConvolutions(Activation.MIN_MAX);
    } else if (residual.matches()) {
      String features = residual.group(4) == null ? "512" : residual.group(4);
      layers.residual(
          residual.group(1),
          Integer.parseInt(residual.group(2)),
          even(residual.group(3)),
          even(features));
    } else if (wide.matches()) {
      network.pairwise = false;
      int depth = Integer.parseInt(wide.group(1));
      layers.wide(depth, Integer.parseInt(wide.group(2)), wide.group(3) != null);
    } else if (lipNext.matches()) {
      layers.lipNext(Integer.parseInt(lipNext.group(1)), Integer.parseInt(lipNext.group(2)));
    } else if (aol.matches()) {
      layers.aol(Integer.parseInt(aol.group(1)), even(aol.group(2)));
    } else {
      throw new IllegalArgumentException(unknown(model));
    }
    network.body = layers.chain();
    network.head(layers.channels);
    if (!network.unused.isEmpty()) {
      throw new IllegalArgumentException(
          "The weights have arrays that the frozen model lacks, "
              + network.unused
              + "; they belong to another model or were saved before it was frozen.");
    }
    return network;
  }

  private static String unknown(String model) {
    if (model.startsWith("BRONet ")) {
      return "The checker does not know the model \""
          + model
          + "\": its blocks multiply in the Fourier domain, and the checker knows layers on pixels"
          + " only; its claims rest on the library's proof alone.";
    }
    return "The checker does not know the model \""
        + model
        + "\"; it knows Wong net, 2C2F, LiResNet, LiResNet-orthogonal and ResNet (\"LiResNet L2 W16"
        + " D128\"), WRN"
        + " (\"WRN-10-1 avg\"), LipNeXt (\"LipNeXt L4 W96\") and AOL-MLP (\"AOL-MLP L4 W512\").";
  }

  private static int even(String number) {
    int count = Integer.parseInt(number);
    if (count < 2 || count % 2 != 0) {
      throw new IllegalArgumentException(
          "The width of this model is an even number of channels, not " + count + ".");
    }
    return count;
  }

  private void head(int features) {
    FloatArray rows = weights.get(HEAD + "_weight");
    if (rows != null && (rows.shape().length != 2 || rows.shape()[0] < 2)) {
      throw new IllegalArgumentException(
          "The array "
              + HEAD
              + "_weight has the shape "
              + Arrays.toString(rows.shape())
              + ", but a head has a row for each of at least 2 classes.");
    }
    int classes = rows == null ? 2 : rows.shape()[0];
    head =
        new Head(
            take(HEAD + "_weight", classes, features).rows(), take(HEAD + "_bias", classes).flat());
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

  /** Layers one after another, as they are put together. */
  private final class Layers {

    private final String path;
    private final List<Part> parts = new ArrayList<>();
    private int channels;
    private int side;

    /** The last layer's number; the names of weights are made of it. */
    private int position;

    /**
     * @param path what the names of the layers' weights begin with
     */
    Layers(String path, int channels, int side) {
      this.path = path;
      this.channels = channels;
      this.side = side;
    }

    Part chain() {
      return new Part.Chain(parts);
    }

    void twoConvolutions(Activation activation) {
      convolution("Convolution", 16, 4, 2, 1);
      activate(activation);
      convolution("Convolution", 32, 4, 2, 1);
      activate(activation);
      position++; // Flatten
      dense("Dense", 100);
      activate(activation);
    }

    void residual(String type, int depth, int width, int features) {
      shift();
      if (side < 64) {
        convolution("Convolution", width, 5, 2, 2);
      } else {
        convolution("Convolution", width, 7, 4, 3);
      }
      activate(Activation.MIN_MAX);
      for (int block = 0; block < depth; block++) {
        if (!type.equals("ResNet")) {
          convolution("LinearResidual", width, 3, 1, 1);
        } else {
          sum(
              "Residual",
              identity -> identity,
              branch -> {
                branch.convolution("Convolution", width, 3, 1, 1);
                branch.activate(Activation.MIN_MAX);
                branch.convolution("Convolution", width, 3, 1, 1);
                branch.diagonal("Scale", 1);
                return branch;
              });
        }
        activate(Activation.MIN_MAX);
      }
      boolean orthogonal = type.equals("LiResNet-orthogonal");
      convolution(orthogonal ? "ReparametrizedConvolution" : "Convolution", 2 * width, 4, 4, 0);
      activate(Activation.MIN_MAX);
      position++; // Flatten
      dense(orthogonal ? "ReparametrizedDense" : "Dense", features);
      activate(Activation.MIN_MAX);
      for (int layer = 0; orthogonal && layer < 2; layer++) {
        dense("ResidualDense", features);
        activate(Activation.MIN_MAX);
      }
    }

    /** Patches, blocks {@code half-abs(M shift(R (x + p)) + b)}, and the norms of the channels. */
    void lipNext(int depth, int width) {
      shift();
      convolution("ReparametrizedConvolution", width, 2, 2, 0);
      for (int block = 0; block < depth; block++) {
        String name = name("LipNextBlock");
        double[] ones = take(name + "_weight", channels, 1, 1).flat();
        double[] place = take(name + "_bias", channels * side * side).flat();
        Matrix matrix = Matrix.diagonal(side * side * channels, ones);
        add(name, matrix, interleaved(place, channels), 1, 1);
        named(name, "2", width, 1, 1, 0);
        parts.add(new ChannelShift(channels, channels / 8, side));
        named(name, "3", width, 1, 1, 0);
        parts.add(Activation.HALF_ABS.on(channels));
      }
      parts.add(new ChannelNorms(channels));
      side = 1;
    }

    void aol(int depth, int width) {
      shift();
      position++; // Flatten
      for (int layer = 1; layer < depth; layer++) {
        dense("ReparametrizedDense", width);
        activate(Activation.MIN_MAX);
      }
    }

    void wide(int depth, int width, boolean averaging) {
      convolution("NormalizedConvolution", 16, 3, 1, 1);
      for (int group = 0; group < 3; group++) {
        int out = (16 << group) * width;
        int stride = group == 0 ? 1 : 2;
        activate(Activation.RELU);
        sum(
            "SumOfBranches",
            shortcut -> shortcut.project(out, stride, averaging),
            branch -> branch.two(out, stride));
        for (int block = 1; block < (depth - 4) / 6; block++) {
          sum(
              "SumOfBranches",
              identity -> identity,
              branch -> {
                branch.diagonal("BatchNorm", channels, 1, 1);
                branch.activate(Activation.RELU);
                return branch.two(out, 1);
              });
        }
        diagonal("BatchNorm", out, 1, 1);
      }
      activate(Activation.RELU);
      means(side);
    }

    /** The shortcut that changes the shape: alone it has no number in the names of its weights. */
    private Layers project(int out, int stride, boolean averaging) {
      if (averaging && stride == 2) {
        means(2);
        convolution("Convolution", out, 1, 1, 0);
      } else {
        named(path.substring(0, path.length() - 1), "", out, 1, stride, 0);
      }
      return this;
    }

    private Layers two(int out, int stride) {
      convolution("NormalizedConvolution", out, 3, stride, 1);
      activate(Activation.RELU);
      position++; // Dropout
      convolution("Convolution", out, 3, 1, 1);
      return this;
    }

    private void sum(String type, UnaryOperator<Layers> shortcut, UnaryOperator<Layers> branch) {
      String name = name(type);
      Layers first = shortcut.apply(new Layers(name + "_01shortcut_", channels, side));
      Layers second = branch.apply(new Layers(name + "_02branch_", channels, side));
      channels = second.channels;
      side = second.side;
      parts.add(new Part.Sum(first.chain(), second.chain()));
    }

    void shift() {
      add(name("Shift"), Matrix.diagonal(side * side * channels, 1), new double[] {-0.5}, 1, 1);
    }

    /** Multiplies by a number for each channel, or by one for all, and adds another. */
    private void diagonal(String type, int... shape) {
      String name = name(type);
      double[] factors = take(name + "_weight", shape).flat();
      double[] bias = take(name + "_bias", factors.length).flat();
      add(name, Matrix.diagonal(side * side * channels, factors), bias, 1, 1);
    }

    /** The sums of square windows, then the division, so that sums are seen to overflow. */
    private void means(int window) {
      String name = name("Means");
      if (Integer.bitCount(window) != 1 || side % window != 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "The checker knows means of 2 x 2, 4 x 4, 8 x 8 and so on pixels, not of %d x %2$d"
                    + " in an image of %d x %3$d.",
                window,
                window,
                side));
      }
      int entries = window * window;
      Matrix sums = Matrix.sums(channels, window, side);
      side /= window;
      parts.add(Affine.of(sums, new double[1], 1, entries));
      Matrix division = Matrix.diagonal(side * side * channels, 1.0 / entries);
      parts.add(Affine.of(division, new double[1], 1, 1));
    }

    private void convolution(String type, int out, int kernel, int stride, int padding) {
      named(name(type), "", out, kernel, stride, padding);
    }

    /**
     * @param number what the names of the weights end with, where the layer has several
     */
    private void named(String name, String number, int out, int kernel, int stride, int padding) {
      double[][] kernels = take(name + "_weight" + number, out, channels, kernel, kernel).rows();
      if (side + 2 * padding < kernel) {
        throw new IllegalArgumentException(
            "Images of " + side + " pixels a side are too small for the layer " + name + ".");
      }
      Matrix matrix = Matrix.convolution(kernels, channels, kernel, stride, padding, side);
      int inputs = channels;
      channels = out;
      side = (side + 2 * padding - kernel) / stride + 1;
      double[] bias = take(name + "_bias" + number, out).flat();
      add(name + number, matrix, bias, inputs, kernel * kernel);
    }

    /** The program lays images out channel by channel before this layer, the checker does not. */
    private void dense(String type, int out) {
      String name = name(type);
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
      add(name, Matrix.dense(rows), take(name + "_bias", out).flat(), rows[0].length, 1);
    }

    private void add(String name, Matrix matrix, double[] bias, int inputs, int taps) {
      Affine layer = Affine.of(matrix, bias, inputs, taps);
      norms.put(name, layer.norm());
      parts.add(layer);
    }

    private void activate(Activation activation) {
      position++;
      parts.add(activation.on(channels));
    }

    private String name(String type) {
      return String.format(Locale.ROOT, "%s%02d%s", path, ++position, type);
    }
  }

  /** Pixels as the checker orders them, with a pixel's channels side by side. */
  double[] interleaved(float[] planes) {
    double[] values = new double[planes.length];
    Arrays.setAll(values, k -> planes[k]);
    return interleaved(values, colours);
  }

  private static double[] interleaved(double[] planes, int channels) {
    double[] pixels = new double[planes.length];
    int area = planes.length / channels;
    for (int k = 0; k < planes.length; k++) {
      pixels[k % area * channels + k / area] = planes[k];
    }
    return pixels;
  }

  /** Undoes {@link #interleaved}. */
  double[] planes(double[] pixels) {
    double[] planes = new double[pixels.length];
    int area = planes.length / colours;
    for (int k = 0; k < planes.length; k++) {
      planes[k] = pixels[k % area * colours + k / area];
    }
    return planes;
  }

  /** Everything before the head. */
  Part body() {
    return body;
  }

  Head head() {
    return head;
  }

  /** The bounds on the norms of the layers before the head, by the names of their weights. */
  Map<String, Double> norms() {
    return norms;
  }

  /**
   * At least the Lipschitz constants of all differences of logits, by the model's rule: the
   * distances of the head's rows, or for Wong's network and WRN the head's norm times the root of
   * 2.
   */
  double[][] constants() {
    double common = pairwise ? 0 : Up.times(Up.root(2), head.norm());
    double[][] constants = new double[head.classes()][head.classes()];
    for (int j = 0; j < constants.length; j++) {
      for (int i = 0; i < j; i++) {
        constants[j][i] = Up.times(body.norm(), pairwise ? head.distance(j, i) : common);
        constants[i][j] = constants[j][i];
      }
    }
    return constants;
  }
}
