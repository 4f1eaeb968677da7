package org.lipkit.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lipkit.onnx.Graphs.in;
import static org.lipkit.onnx.Graphs.integer;
import static org.lipkit.onnx.Graphs.ints;
import static org.lipkit.onnx.Graphs.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.bound.Bound;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Pass;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.layer.rounding.Proof;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/**
 * Random graphs beside ONNX Runtime; {@code -Dlipkit.graphs=500} tries as many as it says. The
 * logits are equal within what rounding may do to both, and no slope exceeds the proved constant.
 */
class RandomGraphsTest {

  private static final int GRAPHS = Integer.getInteger("lipkit.graphs", 60);
  private static final int BATCH = 4;

  @TempDir private Path folder;

  @Test
  void logitsAgreeAndNoSlopeExceedsTheProvedConstant() throws IOException {
    for (int seed = 0; seed < GRAPHS; seed++) {
      try {
        check(seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("graph " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private void check(int seed) throws IOException {
    RandomGraph random = new RandomGraph(seed);
    Graphs graphs = random.graphs;
    float[] x = new float[BATCH * (int) new Shape(graphs.sample).size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) graphs.random.nextDouble();
    }
    long[] batch = new Shape(BATCH).addAll(new Shape(graphs.sample)).getShape();
    float[] expected = Graphs.expected(graphs.model(random.y), x, batch);
    Classifier classifier =
        Onnx.read(Graphs.written(graphs.model(random.y), folder.resolve("model.onnx")))
            .classifier();
    try (NDManager manager = Tensors.newManager()) {
      Proof proof =
          Tensors.withoutGradient(
              () -> Proof.of(classifier.form(Pass.EVALUATION), SoundNorm.TIGHT, manager));
      assertEquals(Bound.Kind.UPPER, proof.bound().kind());
      NDArray images = manager.create(x, new Shape(batch));
      double[] found = Tensors.toDoubles(classifier.apply(images));
      assertWithinRounding(
          expected,
          found,
          Tensors.withoutGradient(() -> proof.rule().apply(Enclosure.ofInputs(images))));
      assertSlopesWithin(proof.bound().value(), classifier, images, graphs.random);
    }
    classifier.close();
  }

  /** The other program adds in another order, and folds in its own way: as much again, and more. */
  private static void assertWithinRounding(float[] expected, double[] found, Enclosure logits) {
    int classes = expected.length / BATCH;
    for (int i = 0; i < expected.length; i++) {
      double allowed = 8 * logits.error(i / classes) + 1e-6 * Math.abs(expected[i]) + 1e-12;
      assertEquals(expected[i], found[i], allowed, "logit " + i);
    }
  }

  /** Slopes along gradients and random steps, long and short. */
  private static void assertSlopesWithin(
      double constant, Classifier classifier, NDArray images, SplittableRandom random) {
    NDArray wide = images.toType(DataType.FLOAT32, true);
    wide.setRequiresGradient(true);
    NDArray towards =
        Tensors.gaussian(
            images.getManager(), random, new Shape(BATCH, classifier.classes()), DataType.FLOAT32);
    NDArray gradient =
        Gradients.of(List.of(wide), () -> classifier.apply(wide).mul(towards).sum()).get(1);
    double[] lengths = lengths(towards);
    double[] gradients = lengths(gradient);
    for (int n = 0; n < BATCH; n++) {
      assertTrue(
          gradients[n] <= constant * lengths[n] * (1 + 1e-3) + 1e-9,
          "slope " + gradients[n] / lengths[n] + " above " + constant);
    }
    for (double step : new double[] {1, 0.1, 0.01}) {
      NDArray moved =
          images.add(
              Tensors.gaussian(images.getManager(), random, images.getShape(), DataType.FLOAT32)
                  .mul((float) step));
      double[] rise = lengths(classifier.apply(moved).sub(classifier.apply(images)));
      double[] run = lengths(moved.sub(images));
      for (int n = 0; n < BATCH; n++) {
        assertTrue(rise[n] <= constant * run[n] * (1 + 1e-3) + 1e-5, "slope over a step");
      }
    }
  }

  private static double[] lengths(NDArray batch) {
    return Tensors.toDoubles(batch.reshape(BATCH, -1).norm(new int[] {1}));
  }

  /** Layers drawn one after another, on images and then on vectors. */
  static final class RandomGraph {

    final Graphs graphs;
    String y = "x";
    private int channels;
    private int height;
    private int width;

    RandomGraph(int seed) {
      SplittableRandom random = new SplittableRandom(seed);
      channels = 1 + random.nextInt(4);
      height = 5 + random.nextInt(5);
      width = 5 + random.nextInt(5);
      graphs = new Graphs(seed, channels, height, width);
      graphs.opset = 11 + random.nextInt(11);
      if (one(2)) {
        y = node("Sub", y, graphs.weights(channels, 1, 1));
        y = node("Div", y, graphs.positive(one(2) ? channels : 1, 1, 1));
      }
      for (int i = 2 + random.nextInt(5); i > 0; i--) {
        image();
      }
      if (one(3)) {
        y = graphs.node("GlobalAveragePool", in(y));
        height = width = 1;
      }
      y = one(2) ? graphs.node("Flatten", in(y)) : node("Reshape", y, graphs.longs(0, -1));
      int features = channels * height * width;
      for (int i = random.nextInt(3); i > 0; i--) {
        int next = 2 * (1 + random.nextInt(4));
        y = node("MatMul", y, graphs.weights(features, next));
        y = node("Add", y, graphs.weights(next));
        features = next;
        channels = next;
        y = one(2) ? minMax(y) : graphs.node("LeakyRelu", in(y), number("alpha", 0.3));
      }
      y =
          graphs.node(
              "Gemm", in(y, graphs.weights(3, features), graphs.weights(3)), integer("transB", 1));
    }

    private boolean one(int in) {
      return graphs.random.nextInt(in) == 0;
    }

    private String node(String operator, String... inputs) {
      return graphs.node(operator, inputs);
    }

    private void image() {
      switch (graphs.random.nextInt(12)) {
        case 0, 1, 2 -> convolution();
        case 3 -> y = node("Relu", y);
        case 4 -> y = node("Abs", y);
        case 5 -> {
          if (channels % 2 == 0) {
            y = minMax(y);
          }
        }
        case 6 -> pool("MaxPool", new long[] {1, 0, 1, 1});
        case 7 -> pool("AveragePool", new long[] {0, 1, 1, 0});
        case 8 ->
            y =
                node(
                    "BatchNormalization",
                    y,
                    graphs.weights(channels),
                    graphs.weights(channels),
                    graphs.weights(channels),
                    graphs.positive(channels));
        case 9 -> {
          y = node("Pad", y, graphs.longs(0, 0, 1, 0, 0, 0, 0, 2));
          height += 1;
          width += 2;
        }
        case 10 ->
            y = node("Clip", y, graphs.floats(new long[0], -0.5), graphs.floats(new long[0], 0.8));
        default -> residual();
      }
    }

    private void residual() {
      String before = y;
      int kept = channels;
      String branch =
          graphs.node(
              "Conv",
              in(y, graphs.weights(kept, kept, 3, 3), graphs.weights(kept)),
              ints("pads", 1, 1, 1, 1));
      branch = one(2) ? node("Relu", branch) : branch;
      y = one(2) ? node("Add", before, branch) : node("Add", branch, node("Abs", before));
    }

    private void convolution() {
      int groups = channels % 2 == 0 && one(3) ? 2 : 1;
      int next = groups * (1 + graphs.random.nextInt(4));
      int[] kernel = {1 + graphs.random.nextInt(3), 1 + graphs.random.nextInt(3)};
      int[] stride = {1 + graphs.random.nextInt(2), 1 + graphs.random.nextInt(2)};
      int[] pads = IntStream.generate(() -> graphs.random.nextInt(3)).limit(4).toArray();
      int[] dilation = {
        dilation(height + pads[0] + pads[2], kernel[0]),
        dilation(width + pads[1] + pads[3], kernel[1])
      };
      height = outputs(height + pads[0] + pads[2], kernel[0], stride[0], dilation[0]);
      width = outputs(width + pads[1] + pads[3], kernel[1], stride[1], dilation[1]);
      y =
          graphs.node(
              "Conv",
              in(
                  y,
                  graphs.weights(next, channels / groups, kernel[0], kernel[1]),
                  graphs.weights(next)),
              integer("group", groups),
              ints("strides", stride[0], stride[1]),
              ints("dilations", dilation[0], dilation[1]),
              ints("pads", pads[0], pads[1], pads[2], pads[3]));
      channels = next;
      widen();
    }

    private int dilation(int length, int kernel) {
      return one(3) && length >= 2 * kernel - 1 ? 2 : 1;
    }

    /** Leaves room for the next window. */
    private void widen() {
      if (height < 3 || width < 3) {
        y = node("Pad", y, graphs.longs(0, 0, 1, 1, 0, 0, 1, 1));
        height += 2;
        width += 2;
      }
    }

    private static int outputs(int length, int kernel, int stride, int dilation) {
      return (length - dilation * (kernel - 1) - 1) / stride + 1;
    }

    private void pool(String operator, long[] pads) {
      y =
          graphs.node(
              operator,
              in(y),
              ints("kernel_shape", 2, 2),
              ints("strides", 2, 1),
              ints("pads", pads));
      height = outputs(height + (int) (pads[0] + pads[2]), 2, 2, 1);
      width = outputs(width + (int) (pads[1] + pads[3]), 2, 1, 1);
      widen();
    }

    private String minMax(String x) {
      String[] halves = new String[2];
      for (int i = 0; i < 2; i++) {
        halves[i] =
            node(
                "Slice",
                x,
                graphs.longs(i * channels / 2),
                graphs.longs((i + 1) * channels / 2),
                graphs.longs(1));
      }
      String larger = node("Max", halves);
      return graphs.node("Concat", in(larger, node("Min", halves)), integer("axis", 1));
    }
  }
}
