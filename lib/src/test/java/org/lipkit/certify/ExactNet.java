package org.lipkit.certify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.lipkit.bound.Bound;
import org.lipkit.bound.ExactSpectrum;
import org.lipkit.bound.NormMethod;
import org.lipkit.layer.AveragePooling;
import org.lipkit.layer.BatchNorm;
import org.lipkit.layer.Centering;
import org.lipkit.layer.ChannelAffine;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.DiagonalLayer;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Identity;
import org.lipkit.layer.Initializers;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.LinearResidual;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.NormalizedConvolution;
import org.lipkit.layer.NormalizedDense;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Residual;
import org.lipkit.layer.Scale;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.Shift;
import org.lipkit.layer.SumOfBranches;
import org.lipkit.tensor.Tensors;

/** A small random network beside its evaluation in decimal arithmetic of 60 digits. */
final class ExactNet {

  static final int CHANNELS = 2;

  /** Good to twelve digits on the tiny maps of these tests, and raised by more than that. */
  static final NormMethod UPPER =
      (map, manager) ->
          Bound.exact(new ExactSpectrum().norm(map, manager).value() * (1 + 1e-9) + 1e-300, "test");

  private static final MathContext DIGITS = new MathContext(60);

  /** A layer in decimal arithmetic, from (C, H, W) to (C', H', W'). */
  private interface Exact {
    BigDecimal[][][] apply(BigDecimal[][][] x);
  }

  private final SplittableRandom random;
  private final int side;
  private final List<Layer> layers = new ArrayList<>();
  private final List<Exact> exact = new ArrayList<>();
  final Classifier classifier;
  final Shape image;

  /**
   * @param spread weights and biases are scaled by powers of ten of at most this exponent
   */
  ExactNet(long seed, double spread, NDManager manager) {
    random = new SplittableRandom(seed);
    side = 2 + random.nextInt(4);
    image = new Shape(CHANNELS, side, side);
    Shape shape = image;
    if (random.nextBoolean()) {
      float offset = random.nextBoolean() ? -0.5f : (float) scaled(spread);
      add(new Shift(offset), x -> entries(x, v -> v.add(new BigDecimal(offset))));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      shape = addImageLayer(shape);
      addActivation();
      addLayerThatKeepsShapes((int) shape.get(0));
    }
    add(new Flatten(), ExactNet::flatten);
    for (int i = random.nextInt(2); i > 0; i--) {
      Dense dense = new Dense(2 * (1 + random.nextInt(4)), Initializers.lecun(random), random);
      add(dense, x -> dense(dense, x));
      addActivation();
    }
    boolean normalised = random.nextBoolean();
    Dense head =
        normalised
            ? new NormalizedDense(3, Initializers.lecun(random), random)
            : new Dense(3, Initializers.lecun(random), random);
    exact.add(x -> dense(head, x));
    MarginRule rule = random.nextBoolean() ? MarginRule.PAIRWISE : MarginRule.NETWORK;
    classifier =
        new Classifier(new Sequential(layers), head, rule)
            .initialize(manager, DataType.FLOAT32, image);
    scale(spread);
  }

  private Shape addImageLayer(Shape shape) {
    int height = (int) shape.get(1);
    Layer layer;
    switch (random.nextInt(height > 1 ? 3 : 2)) {
      case 0 -> {
        int kernel = 1 + random.nextInt(3);
        int stride = 1 + random.nextInt(2);
        int padding = kernel > height ? 1 : random.nextInt(2);
        Convolution convolution =
            new Convolution(
                2 * (1 + random.nextInt(2)),
                kernel,
                stride,
                padding,
                Initializers.lecun(random),
                random);
        add(convolution, x -> convolve(convolution, stride, padding, x));
        layer = convolution;
      }
      case 1 -> {
        LinearResidual residual = new LinearResidual(random.nextDouble(), random);
        add(residual, x -> convolve(residual, 1, 1, x));
        layer = residual;
      }
      default -> {
        int kernel = 1 + random.nextInt(2);
        int stride = 1 + random.nextInt(2);
        AveragePooling pooling = new AveragePooling(kernel, stride);
        add(pooling, x -> average(kernel, stride, x));
        layer = pooling;
      }
    }
    return layer.outputShape(new Shape(1).addAll(shape)).slice(1);
  }

  private void addLayerThatKeepsShapes(int channels) {
    switch (random.nextInt(8)) {
      case 0 -> {
        Convolution grouped = grouped(channels);
        add(grouped, x -> convolve(grouped, 1, 1, x));
      }
      case 1 -> {
        NormalizedConvolution joint =
            new NormalizedConvolution(channels, 3, 1, 1, Initializers.lecun(random), random);
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
            x -> plus(x, diagonal(scale, minMax(convolve(branch, 1, 1, x)))));
      }
      case 6 -> {
        Convolution branch = grouped(channels);
        float alpha = random.nextInt(3) == 0 ? random.nextInt(2) : (float) random.nextDouble();
        add(
            SumOfBranches.convex(new Identity(), branch, alpha, true),
            x -> plus(times(x, alpha), times(convolve(branch, 1, 1, x), 1 - alpha)));
      }
      default -> {
        Convolution shortcut = grouped(channels);
        add(
            new SumOfBranches(shortcut, new Relu()),
            x -> plus(convolve(shortcut, 1, 1, x), relu(x)));
      }
    }
  }

  private Convolution grouped(int channels) {
    int groups = channels % 2 == 0 ? 1 + random.nextInt(2) : 1;
    return new Convolution(channels, 3, 1, 1, groups, Initializers.lecun(random), random);
  }

  private void addDiagonal(DiagonalLayer layer) {
    add(layer, x -> diagonal(layer, x));
  }

  private void addActivation() {
    if (random.nextBoolean()) {
      add(new Relu(), ExactNet::relu);
    } else {
      add(new MinMax(), ExactNet::minMax);
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

  private static BigDecimal[][][] entries(
      BigDecimal[][][] x, java.util.function.UnaryOperator<BigDecimal> rule) {
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

  /** With one factor a channel, or one in all. */
  private static BigDecimal[][][] diagonal(DiagonalLayer layer, BigDecimal[][][] x) {
    double[] factors = Tensors.toDoubles(layer.weight());
    double[] shifts = Tensors.toDoubles(layer.offset());
    BigDecimal[][][] y = new BigDecimal[x.length][][];
    for (int c = 0; c < x.length; c++) {
      BigDecimal factor = new BigDecimal(factors[c % factors.length]);
      BigDecimal shift = new BigDecimal(shifts[c % shifts.length]);
      y[c] = entries(new BigDecimal[][][] {x[c]}, v -> v.multiply(factor).add(shift, DIGITS))[0];
    }
    return y;
  }

  private static BigDecimal[][][] flatten(BigDecimal[][][] x) {
    return Arrays.stream(x)
        .flatMap(Arrays::stream)
        .flatMap(Arrays::stream)
        .map(v -> new BigDecimal[][] {{v}})
        .toArray(BigDecimal[][][]::new);
  }

  private static BigDecimal[][][] minMax(BigDecimal[][][] x) {
    BigDecimal[][][] y = entries(x, v -> v);
    int half = x.length / 2;
    for (int c = 0; c < half; c++) {
      for (int h = 0; h < x[c].length; h++) {
        for (int w = 0; w < x[c][h].length; w++) {
          y[c][h][w] = x[c][h][w].max(x[c + half][h][w]);
          y[c + half][h][w] = x[c][h][w].min(x[c + half][h][w]);
        }
      }
    }
    return y;
  }

  private static BigDecimal[][][] average(int kernel, int stride, BigDecimal[][][] x) {
    int height = (x[0].length - kernel) / stride + 1;
    BigDecimal[][][] y = new BigDecimal[x.length][height][height];
    for (int c = 0; c < x.length; c++) {
      for (int h = 0; h < height; h++) {
        for (int w = 0; w < height; w++) {
          BigDecimal sum = BigDecimal.ZERO;
          for (int a = 0; a < kernel; a++) {
            for (int b = 0; b < kernel; b++) {
              sum = sum.add(x[c][h * stride + a][w * stride + b], DIGITS);
            }
          }
          y[c][h][w] = sum.divide(BigDecimal.valueOf((long) kernel * kernel), DIGITS);
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
