package org.lipkit.certify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.lipkit.bound.Bound;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.bound.NormMethod;
import org.lipkit.layer.Abs;
import org.lipkit.layer.AveragePooling;
import org.lipkit.layer.BatchNorm;
import org.lipkit.layer.Centering;
import org.lipkit.layer.ChannelAffine;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Concatenation;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.DiagonalLayer;
import org.lipkit.layer.Dropout;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Form;
import org.lipkit.layer.GlobalAveragePooling;
import org.lipkit.layer.GroupSort;
import org.lipkit.layer.Householder;
import org.lipkit.layer.Identity;
import org.lipkit.layer.InvertibleDownsampling;
import org.lipkit.layer.L2NormPooling;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LeakyRelu;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.LinearResidual;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MaxPooling;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedConvolution;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Residual;
import org.lipkit.layer.Scale;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.Shift;
import org.lipkit.layer.SumOfBranches;
import org.lipkit.layer.WeightInit;
import org.lipkit.tensor.Tensors;

/** A small random network beside its evaluation in decimal arithmetic of 60 digits. */
final class ExactNet {

  static final int CHANNELS = 2;

  /** Good to twelve digits on the tiny maps of these tests, and raised by more than that. */
  static final NormMethod UPPER =
      map -> Bound.upper(new FullSpectrum().norm(map).value() * (1 + 1e-9) + 1e-300, "test");

  private static final MathContext DIGITS = new MathContext(60);

  /** A layer in decimal arithmetic, from (C, H, W) to (C', H', W'). */
  private interface Exact {
    BigDecimal[][][] apply(BigDecimal[][][] x);
  }

  private final SplittableRandom random;
  private final int side;
  private final boolean isConcatenating;
  private final List<Layer> layers = new ArrayList<>();
  private final List<Exact> exact = new ArrayList<>();
  final Classifier classifier;
  final Shape image;

  /**
   * @param spread weights and biases are scaled by powers of ten of at most this exponent
   */
  ExactNet(long seed, double spread, NDManager manager) {
    this(seed, spread, false, manager);
  }

  /**
   * @param inBalance whether layers are scaled as a whole, with biases to match, so that certified
   *     radii are of an ordinary size while the numbers in the network are not
   */
  ExactNet(long seed, double spread, boolean inBalance, NDManager manager) {
    random = new SplittableRandom(seed);
    isConcatenating = seed % 2 == 0;
    side = 2 + random.nextInt(4);
    image = new Shape(CHANNELS, side, side);
    Shape shape = image;
    if (random.nextBoolean()) {
      float offset = inBalance || random.nextBoolean() ? -0.5f : (float) scaled(spread);
      add(new Shift(offset), x -> entries(x, v -> v.add(new BigDecimal(offset))));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      shape = addImageLayer(shape);
      addActivation();
      addLayerThatKeepsShapes((int) shape.get(0));
    }
    if (random.nextInt(4) == 0) {
      int window = (int) shape.get(1);
      add(new GlobalAveragePooling(), x -> windows(window, 1, 0, ExactNet::mean, x));
    } else {
      add(new Flatten(), ExactNet::flatten);
    }
    for (int i = random.nextInt(2); i > 0; i--) {
      Dense dense = new Dense(2 * (1 + random.nextInt(4)), WeightInit.LECUN);
      add(dense, x -> dense(dense, x));
      addActivation();
    }
    boolean normalised = random.nextBoolean();
    Dense head =
        normalised ? new NormalizedDense(3, WeightInit.LECUN) : new Dense(3, WeightInit.LECUN);
    exact.add(x -> dense(head, x));
    MarginRule rule = random.nextBoolean() ? MarginRule.PAIRWISE : MarginRule.NETWORK;
    classifier =
        new Classifier(new Sequential(layers), head, rule)
            .seed(seed)
            .initialize(manager, DataType.FLOAT32, image);
    if (inBalance) {
      scaleLayers(spread);
    } else {
      scale(spread);
    }
  }

  private Shape addImageLayer(Shape shape) {
    int height = (int) shape.get(1);
    Layer layer;
    switch (random.nextInt(height > 1 ? 6 : 2)) {
      case 0 -> {
        int kernel = 1 + random.nextInt(3);
        int stride = 1 + random.nextInt(2);
        int padding = kernel > height ? 1 : random.nextInt(2);
        Convolution convolution =
            new Convolution(2 * (1 + random.nextInt(2)), kernel, stride, padding, WeightInit.LECUN);
        add(convolution, x -> convolve(convolution, stride, padding, x));
        layer = convolution;
      }
      case 1 -> {
        LinearResidual residual = new LinearResidual(random.nextDouble());
        add(residual, x -> convolve(residual, 1, 1, x));
        layer = residual;
      }
      case 2 -> {
        int kernel = 1 + random.nextInt(2);
        int stride = 1 + random.nextInt(2);
        layer = new AveragePooling(kernel, stride);
        add(layer, x -> windows(kernel, stride, 0, ExactNet::mean, x));
      }
      case 3 -> {
        int kernel = 1 + random.nextInt(height);
        int stride = 1 + random.nextInt(2);
        int padding = random.nextInt(kernel / 2 + 1);
        boolean norm = random.nextBoolean();
        layer =
            norm
                ? new L2NormPooling(kernel, stride, padding)
                : new MaxPooling(kernel, stride, padding);
        add(
            layer,
            x -> windows(kernel, stride, padding, norm ? ExactNet::norm : Collections::max, x));
      }
      case 4 -> {
        int factor = height % 2 == 0 ? 2 : 1;
        layer = new InvertibleDownsampling(factor);
        add(layer, x -> downsample(factor, x));
      }
      default -> {
        layer = new Dropout(0.5);
        add(layer, x -> x);
      }
    }
    return layer.outputShape(shape);
  }

  private void addLayerThatKeepsShapes(int channels) {
    switch (random.nextInt(8)) {
      case 0 -> {
        Convolution grouped = grouped(channels);
        add(grouped, x -> convolve(grouped, 1, 1, x));
      }
      case 1 -> {
        NormalizedConvolution joint =
            new NormalizedConvolution(channels, 3, 1, 1, WeightInit.LECUN);
        add(joint, x -> convolve(joint, 1, 1, x));
      }
      case 2 -> addDiagonal(new BatchNorm());
      case 3 -> addDiagonal(new ChannelAffine());
      case 4 -> addDiagonal(new Centering());
      case 5 -> {
        Convolution branch = grouped(channels);
        Scale scale = new Scale(random.nextGaussian());
        add(
            new Residual(new Sequential(List.of(branch, new MinMax(), scale))),
            x -> plus(x, diagonal(scale, groupSort(2, convolve(branch, 1, 1, x)))));
      }
      case 6 -> {
        Convolution branch = grouped(channels);
        float alpha = random.nextInt(3) == 0 ? random.nextInt(2) : (float) random.nextDouble();
        add(
            SumOfBranches.convex(new Identity(), branch, alpha, true),
            x -> plus(times(x, alpha), times(convolve(branch, 1, 1, x), 1 - alpha)));
      }
      default -> addBranches(channels);
    }
  }

  /** Side by side in every other network, else added. */
  private void addBranches(int channels) {
    if (isConcatenating) {
      Convolution left = new Convolution(channels / 2, 3, 1, 1, WeightInit.LECUN);
      Convolution right = new Convolution(channels - channels / 2, 1, 1, 0, WeightInit.LECUN);
      add(
          new Concatenation(new Sequential(left, new Relu()), right),
          x -> joined(relu(convolve(left, 1, 1, x)), convolve(right, 1, 0, x)));
    } else {
      Convolution shortcut = grouped(channels);
      add(new SumOfBranches(shortcut, new Relu()), x -> plus(convolve(shortcut, 1, 1, x), relu(x)));
    }
  }

  private Convolution grouped(int channels) {
    int groups = channels % 2 == 0 ? 1 + random.nextInt(2) : 1;
    return new Convolution(channels, 3, 1, 1, groups, WeightInit.LECUN);
  }

  private void addDiagonal(DiagonalLayer layer) {
    add(layer, x -> diagonal(layer, x));
  }

  /** The number of channels is even. */
  private void addActivation() {
    switch (random.nextInt(6)) {
      case 0 -> add(new Relu(), ExactNet::relu);
      case 1 -> add(new MinMax(), x -> groupSort(2, x));
      case 2 -> {
        float slope = (float) scaled(0);
        BigDecimal factor = new BigDecimal(slope);
        add(
            new LeakyRelu(slope),
            x -> entries(x, v -> v.signum() > 0 ? v : v.multiply(factor, DIGITS)));
      }
      case 3 -> add(new Abs(), x -> entries(x, BigDecimal::abs));
      case 4 -> {
        Householder householder = new Householder();
        add(householder, x -> reflect(householder, x));
      }
      default -> {
        int size = random.nextBoolean() ? 1 : 2;
        add(new GroupSort(size), x -> groupSort(size, x));
      }
    }
  }

  private void add(Layer layer, Exact rule) {
    layers.add(layer);
    exact.add(rule);
  }

  private double scaled(double spread) {
    return random.nextGaussian() * Math.pow(10, random.nextDouble(-spread, spread + 1e-9));
  }

  /** Biases and weights of every size, some of them alone in it. */
  private void scale(double spread) {
    for (Map.Entry<String, NDArray> entry : classifier.state().entrySet()) {
      String name = entry.getKey();
      if (name.endsWith("vector")
          || name.endsWith("alpha")
          || random.nextInt(3) == 0 && !name.endsWith("bias")) {
        continue;
      }
      NDArray array = entry.getValue();
      if (name.endsWith("variance")) {
        set(array, random.doubles(array.size()).toArray());
        continue;
      }
      if (name.matches(".*(gamma|mean|affine)")) {
        double moderate = Math.min(spread, 8); // their products with others must not overflow
        set(array, random.doubles(array.size()).map(unused -> scaled(moderate)).toArray());
        continue;
      }
      double[] values = Tensors.toDoubles(array);
      double common = Math.pow(10, random.nextDouble(-spread, spread + 1e-9));
      boolean apart = random.nextInt(4) == 0;
      for (int i = 0; i < values.length; i++) {
        values[i] = apart ? scaled(spread) : random.nextGaussian() * common;
      }
      if (random.nextInt(3) == 0) {
        values[random.nextInt(values.length)] = scaled(spread);
      }
      set(array, values);
    }
  }

  /** Each layer's output by another power of ten, as far as its weights allow it. */
  private void scaleLayers(double spread) {
    List<Layer> all = new ArrayList<>(layers);
    all.add(classifier.head());
    double size = 1;
    for (Layer layer : all) {
      if (!(layer instanceof LinearLayer)) {
        continue;
      }
      if (!(layer instanceof LinearResidual || layer instanceof NormalizedDense)) {
        double next = Math.pow(10, random.nextDouble(-spread, spread + 1e-9));
        double factor = next / size;
        NDArray weight = layer.getParameters().get("weight").getArray();
        set(weight, DoubleStream.of(Tensors.toDoubles(weight)).map(w -> factor * w).toArray());
        size = next;
      }
      NDArray bias = layer.getParameters().get("bias").getArray();
      double deviation = 0.1 * size;
      set(bias, random.doubles(bias.size(), -deviation, deviation).toArray());
    }
  }

  private static void set(NDArray array, double[] values) {
    NDManager manager = array.getManager();
    Tensors.copy(Tensors.ofDoubles(manager, values, array.getShape(), DataType.FLOAT32), array);
  }

  float[] input(double scale) {
    float[] x = new float[(int) image.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (scale * random.nextDouble());
    }
    return x;
  }

  SplittableRandom random() {
    return random;
  }

  /** What each layer of body and head gives in decimal arithmetic, flattened. */
  List<BigDecimal[]> activations(float[] x) {
    BigDecimal[][][] a = new BigDecimal[CHANNELS][side][side];
    for (int c = 0, p = 0; c < CHANNELS; c++) {
      for (int h = 0; h < side; h++) {
        for (int w = 0; w < side; w++) {
          a[c][h][w] = new BigDecimal(x[p++]);
        }
      }
    }
    List<BigDecimal[]> all = new ArrayList<>();
    for (Exact layer : exact) {
      a = layer.apply(a);
      all.add(
          Arrays.stream(a)
              .flatMap(Arrays::stream)
              .flatMap(Arrays::stream)
              .toArray(BigDecimal[]::new));
    }
    return all;
  }

  private static BigDecimal[][][] entries(BigDecimal[][][] x, UnaryOperator<BigDecimal> rule) {
    return Arrays.stream(x)
        .map(
            plane ->
                Arrays.stream(plane)
                    .map(row -> Arrays.stream(row).map(rule).toArray(BigDecimal[]::new))
                    .toArray(BigDecimal[][]::new))
        .toArray(BigDecimal[][][]::new);
  }

  private static BigDecimal[][][] relu(BigDecimal[][][] x) {
    return entries(x, v -> v.max(BigDecimal.ZERO));
  }

  private static BigDecimal[][][] times(BigDecimal[][][] x, float factor) {
    return entries(x, v -> v.multiply(new BigDecimal(factor), DIGITS));
  }

  private static BigDecimal[][][] plus(BigDecimal[][][] x, BigDecimal[][][] y) {
    BigDecimal[][][] sum = entries(x, v -> v);
    for (int c = 0; c < x.length; c++) {
      for (int h = 0; h < x[c].length; h++) {
        for (int w = 0; w < x[c][h].length; w++) {
          sum[c][h][w] = x[c][h][w].add(y[c][h][w], DIGITS);
        }
      }
    }
    return sum;
  }

  /** With one factor per channel, or one in all. */
  private static BigDecimal[][][] diagonal(DiagonalLayer layer, BigDecimal[][][] x) {
    Form.Linear form = (Form.Linear) layer.form(Pass.EVALUATION);
    double[] factors = Tensors.toDoubles(form.weight());
    double[] shifts = Tensors.toDoubles(form.offset());
    BigDecimal[][][] y = new BigDecimal[x.length][][];
    for (int c = 0; c < x.length; c++) {
      BigDecimal factor = new BigDecimal(factors[c % factors.length]);
      BigDecimal shift = new BigDecimal(shifts[c % shifts.length]);
      y[c] = entries(new BigDecimal[][][] {x[c]}, v -> v.multiply(factor).add(shift, DIGITS))[0];
    }
    return y;
  }

  private static BigDecimal[][][] joined(BigDecimal[][][] x, BigDecimal[][][] y) {
    return Stream.of(x, y).flatMap(Arrays::stream).toArray(BigDecimal[][][]::new);
  }

  private static BigDecimal[][][] flatten(BigDecimal[][][] x) {
    return Arrays.stream(x)
        .flatMap(Arrays::stream)
        .flatMap(Arrays::stream)
        .map(v -> new BigDecimal[][] {{v}})
        .toArray(BigDecimal[][][]::new);
  }

  private static BigDecimal[][][] groupSort(int size, BigDecimal[][][] x) {
    BigDecimal[][][] y = entries(x, v -> v);
    int groups = x.length / size;
    for (int c = 0; c < groups; c++) {
      for (int h = 0; h < x[c].length; h++) {
        for (int w = 0; w < x[c][h].length; w++) {
          BigDecimal[] group = new BigDecimal[size];
          for (int g = 0; g < size; g++) {
            group[g] = x[c + g * groups][h][w];
          }
          Arrays.sort(group, Collections.reverseOrder());
          for (int g = 0; g < size; g++) {
            y[c + g * groups][h][w] = group[g];
          }
        }
      }
    }
    return y;
  }

  /** The reflection with the normals that the layer multiplies with in float32. */
  private static BigDecimal[][][] reflect(Householder layer, BigDecimal[][][] x) {
    NDArray half = layer.getParameters().get("theta").getArray().mul(0.5f);
    double[] first = Tensors.toDoubles(half.sin().neg());
    double[] second = Tensors.toDoubles(half.cos());
    BigDecimal[][][] y = entries(x, v -> v);
    for (int c = 0; c < first.length; c++) {
      BigDecimal v1 = new BigDecimal(first[c]);
      BigDecimal v2 = new BigDecimal(second[c]);
      int other = c + first.length;
      for (int h = 0; h < x[c].length; h++) {
        for (int w = 0; w < x[c][h].length; w++) {
          BigDecimal product = v1.multiply(x[c][h][w]).add(v2.multiply(x[other][h][w]), DIGITS);
          BigDecimal twice = product.max(BigDecimal.ZERO).multiply(BigDecimal.valueOf(2));
          y[c][h][w] = x[c][h][w].subtract(twice.multiply(v1), DIGITS);
          y[other][h][w] = x[other][h][w].subtract(twice.multiply(v2), DIGITS);
        }
      }
    }
    return y;
  }

  private static BigDecimal[][][] downsample(int s, BigDecimal[][][] x) {
    int height = x[0].length / s;
    BigDecimal[][][] y = new BigDecimal[x.length * s * s][height][height];
    for (int c = 0; c < y.length; c++) {
      for (int h = 0; h < height; h++) {
        for (int w = 0; w < height; w++) {
          y[c][h][w] = x[c / (s * s)][h * s + c / s % s][w * s + c % s];
        }
      }
    }
    return y;
  }

  private static BigDecimal mean(List<BigDecimal> window) {
    BigDecimal sum = window.stream().reduce(BigDecimal.ZERO, (a, b) -> a.add(b, DIGITS));
    return sum.divide(BigDecimal.valueOf(window.size()), DIGITS);
  }

  private static BigDecimal norm(List<BigDecimal> window) {
    return window.stream()
        .map(v -> v.multiply(v, DIGITS))
        .reduce(BigDecimal.ZERO, (a, b) -> a.add(b, DIGITS))
        .sqrt(DIGITS);
  }

  /** What a rule makes of the pixels in each window. */
  private static BigDecimal[][][] windows(
      int kernel,
      int stride,
      int padding,
      Function<List<BigDecimal>, BigDecimal> rule,
      BigDecimal[][][] x) {
    int side = x[0].length;
    int height = (side + 2 * padding - kernel) / stride + 1;
    BigDecimal[][][] y = new BigDecimal[x.length][height][height];
    for (int c = 0; c < x.length; c++) {
      for (int h = 0; h < height; h++) {
        for (int w = 0; w < height; w++) {
          int top = h * stride - padding;
          int left = w * stride - padding;
          List<BigDecimal> window = new ArrayList<>();
          for (int a = Math.max(0, top); a < Math.min(side, top + kernel); a++) {
            for (int b = Math.max(0, left); b < Math.min(side, left + kernel); b++) {
              window.add(x[c][a][b]);
            }
          }
          y[c][h][w] = rule.apply(window);
        }
      }
    }
    return y;
  }

  private static BigDecimal[][][] dense(Dense layer, BigDecimal[][][] x) {
    return convolve(layer, 1, 0, x);
  }

  private static BigDecimal[][][] convolve(
      LinearLayer layer, int stride, int padding, BigDecimal[][][] x) {
    double[] weight = Tensors.toDoubles(layer.weight());
    double[] bias = Tensors.toDoubles(layer.offset());
    Shape shape = layer.weight().getShape();
    int kernel = shape.dimension() == 2 ? 1 : (int) shape.get(2);
    int inputs = (int) shape.get(1);
    int perGroup = bias.length * inputs / x.length;
    int side = x[0].length;
    int height = (side + 2 * padding - kernel) / stride + 1;
    BigDecimal[][][] y = new BigDecimal[bias.length][height][height];
    for (int o = 0; o < bias.length; o++) {
      for (int h = 0; h < height; h++) {
        for (int w = 0; w < height; w++) {
          BigDecimal sum = new BigDecimal(bias[o]);
          int first = o / perGroup * inputs;
          for (int i = 0; i < inputs; i++) {
            for (int a = 0; a < kernel; a++) {
              for (int b = 0; b < kernel; b++) {
                int row = h * stride + a - padding;
                int column = w * stride + b - padding;
                if (row >= 0 && row < side && column >= 0 && column < side) {
                  double factor = weight[((o * inputs + i) * kernel + a) * kernel + b];
                  sum = sum.add(x[first + i][row][column].multiply(new BigDecimal(factor)), DIGITS);
                }
              }
            }
          }
          y[o][h][w] = sum;
        }
      }
    }
    return y;
  }
}
