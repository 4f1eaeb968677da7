package org.lipkit.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lipkit.onnx.Graphs.in;
import static org.lipkit.onnx.Graphs.integer;
import static org.lipkit.onnx.Graphs.ints;
import static org.lipkit.onnx.Graphs.number;
import static org.lipkit.onnx.Graphs.text;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.Numerics;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.Classifier;

/** Every operator beside ONNX Runtime, on images of 4 x 7 x 6 or vectors of 12. */
class OperatorsTest {

  private static final int BATCH = 3;

  @TempDir private Path folder;

  private final Map<String, DynamicTest> tests = new LinkedHashMap<>();

  /** Adds a test of what is made of images; whatever it is, it is flattened and made logits. */
  private void images(String name, BiFunction<Graphs, String, String> made) {
    for (int opset : new int[] {11, 13, 17, 18, 21}) {
      add(name, opset, made, 4, 7, 6);
    }
  }

  private void only(int opset, String name, BiFunction<Graphs, String, String> made) {
    add(name, opset, made, 4, 7, 6);
  }

  private void vectors(String name, BiFunction<Graphs, String, String> made) {
    for (int opset : new int[] {11, 17, 21}) {
      add(name, opset, made, 12);
    }
  }

  private void add(
      String name, int opset, BiFunction<Graphs, String, String> made, long... sample) {
    String title = name + ", operator set " + opset;
    tests.put(title, DynamicTest.dynamicTest(title, () -> check(title, opset, made, sample)));
  }

  private void check(
      String title, int opset, BiFunction<Graphs, String, String> made, long... sample)
      throws IOException {
    Graphs graphs = new Graphs(title.hashCode(), sample);
    graphs.opset = opset;
    String y = graphs.node("Flatten", in(made.apply(graphs, "x")));
    ModelProto model = graphs.model(y);
    compare(graphs, model, folder.resolve("model.onnx"));
  }

  static void compare(Graphs graphs, ModelProto model, Path file) throws IOException {
    int values = (int) new Shape(graphs.sample).size();
    float[] x = new float[BATCH * values];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) graphs.random.nextDouble(-1, 1);
    }
    long[] batch = new Shape(BATCH).addAll(new Shape(graphs.sample)).getShape();
    float[] expected = Graphs.expected(model, x, batch);
    Classifier classifier = Onnx.read(Graphs.written(model, file)).classifier();
    assertTrue(classifier.isFrozen());
    float[] found = Graphs.found(classifier, x, BATCH);
    classifier.close();
    Numerics.assertClose(doubles(expected), doubles(found), 2e-6);
  }

  private static double[] doubles(float[] values) {
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return all;
  }

  @TestFactory
  Stream<DynamicTest> everyOperatorAgreesWithOnnxRuntime() {
    convolutions();
    dense();
    activations();
    poolings();
    parts();
    shapes();
    constants();
    sums();
    return tests.values().stream();
  }

  private void convolutions() {
    images("Conv", (g, x) -> g.node("Conv", in(x, g.weights(5, 4, 3, 3), g.weights(5))));
    images("Conv without bias", (g, x) -> g.node("Conv", in(x, g.weights(5, 4, 3, 3))));
    images(
        "Conv with a stride and pads",
        (g, x) ->
            g.node(
                "Conv",
                in(x, g.weights(5, 4, 4, 4), g.weights(5)),
                ints("strides", 2, 2),
                ints("pads", 1, 1, 1, 1)));
    images(
        "Conv with pads on one side",
        (g, x) -> g.node("Conv", in(x, g.weights(5, 4, 3, 3)), ints("pads", 0, 2, 1, 0)));
    images(
        "Conv with more pads than kernel",
        (g, x) -> g.node("Conv", in(x, g.weights(2, 4, 1, 2)), ints("pads", 2, 0, 3, 1)));
    images(
        "Conv in groups",
        (g, x) ->
            g.node(
                "Conv",
                in(x, g.weights(6, 2, 3, 3), g.weights(6)),
                integer("group", 2),
                ints("pads", 1, 1, 1, 1)));
    images(
        "Conv of each channel",
        (g, x) -> g.node("Conv", in(x, g.weights(4, 1, 3, 3)), integer("group", 4)));
    images(
        "Conv with dilation",
        (g, x) ->
            g.node(
                "Conv",
                in(x, g.weights(5, 4, 2, 3)),
                ints("dilations", 3, 2),
                ints("pads", 1, 1, 1, 0)));
    images(
        "Conv with unlike strides",
        (g, x) ->
            g.node(
                "Conv",
                in(x, g.weights(5, 4, 3, 1)),
                ints("strides", 3, 2),
                ints("kernel_shape", 3, 1),
                ints("pads", 1, 0, 2, 0)));
    for (String automatic : new String[] {"SAME_UPPER", "SAME_LOWER", "VALID"}) {
      images(
          "Conv with auto_pad " + automatic,
          (g, x) ->
              g.node(
                  "Conv",
                  in(x, g.weights(5, 4, 4, 3)),
                  text("auto_pad", automatic),
                  ints("strides", 2, 2)));
    }
    images(
        "BatchNormalization",
        (g, x) ->
            g.node(
                "BatchNormalization",
                in(x, g.weights(4), g.weights(4), g.weights(4), g.positive(4)),
                number("epsilon", 0.01)));
    images(
        "BatchNormalization after Conv",
        (g, x) ->
            g.node(
                "BatchNormalization",
                in(
                    g.node("Conv", in(x, g.weights(5, 4, 3, 3), g.weights(5))),
                    g.weights(5),
                    g.weights(5),
                    g.weights(5),
                    g.positive(5)),
                number("momentum", 0.9)));
  }

  private void dense() {
    vectors("Gemm", (g, x) -> g.node("Gemm", in(x, g.weights(12, 5), g.weights(5))));
    vectors(
        "Gemm with factors",
        (g, x) ->
            g.node(
                "Gemm",
                in(x, g.weights(5, 12), g.weights(1, 5)),
                integer("transB", 1),
                number("alpha", 0.3),
                number("beta", -2)));
    vectors("Gemm without bias", (g, x) -> g.node("Gemm", in(x, g.weights(12, 5))));
    vectors("Gemm with one bias", (g, x) -> g.node("Gemm", in(x, g.weights(12, 5), g.weights(1))));
    vectors("MatMul", (g, x) -> g.node("MatMul", in(x, g.weights(12, 5))));
    vectors(
        "MatMul and Add",
        (g, x) -> g.node("Add", in(g.node("MatMul", in(x, g.weights(12, 5))), g.weights(5))));
    vectors(
        "BatchNormalization of vectors",
        (g, x) ->
            g.node(
                "BatchNormalization",
                in(x, g.weights(12), g.weights(12), g.weights(12), g.positive(12))));
  }

  private void activations() {
    for (String operator : new String[] {"Relu", "Abs", "LeakyRelu", "Identity"}) {
      images(operator, (g, x) -> g.node(operator, in(x)));
    }
    images("LeakyRelu with a slope", (g, x) -> g.node("LeakyRelu", in(x), number("alpha", -0.7)));
    images("PRelu", (g, x) -> g.node("PRelu", in(x, g.floats(new long[] {1}, 0.3))));
    images(
        "PRelu that folds some channels",
        (g, x) -> g.node("PRelu", in(x, g.floats(new long[] {4, 1, 1}, -1, -1, 1, 1))));
    images(
        "TopK of all channels",
        (g, x) -> g.nodes("TopK", 2, in(x, g.longs(4)), integer("axis", 1))[0]);
    images("Dropout", (g, x) -> g.node("Dropout", in(x)));
    images(
        "Clip",
        (g, x) -> g.node("Clip", in(x, g.floats(new long[0], -0.2), g.floats(new long[0], 0.4))));
    images("Clip above", (g, x) -> g.node("Clip", in(x, "", g.floats(new long[0], 0.1))));
    images("Max with a number", (g, x) -> g.node("Max", in(x, g.floats(new long[0], 0.1))));
    images("Min with a number", (g, x) -> g.node("Min", in(g.floats(new long[] {1}, 0.1), x)));
  }

  private void poolings() {
    images(
        "MaxPool",
        (g, x) -> g.node("MaxPool", in(x), ints("kernel_shape", 2, 2), ints("strides", 2, 2)));
    images(
        "MaxPool with overlaps and pads",
        (g, x) ->
            g.node(
                "MaxPool",
                in(x),
                ints("kernel_shape", 3, 2),
                ints("strides", 1, 2),
                ints("pads", 2, 0, 1, 1)));
    images(
        "MaxPool with dilation",
        (g, x) -> g.node("MaxPool", in(x), ints("kernel_shape", 3, 2), ints("dilations", 2, 3)));
    images(
        "MaxPool rounding up",
        (g, x) ->
            g.node(
                "MaxPool",
                in(x),
                ints("kernel_shape", 2, 2),
                ints("strides", 2, 4),
                integer("ceil_mode", 1)));
    images(
        "MaxPool with auto_pad",
        (g, x) ->
            g.node(
                "MaxPool",
                in(x),
                ints("kernel_shape", 3, 3),
                ints("strides", 2, 2),
                text("auto_pad", "SAME_UPPER")));
    images("AveragePool", (g, x) -> g.node("AveragePool", in(x), ints("kernel_shape", 2, 3)));
    for (long counts : new long[] {0, 1}) {
      images(
          "AveragePool with pads, counted " + counts,
          (g, x) ->
              g.node(
                  "AveragePool",
                  in(x),
                  ints("kernel_shape", 3, 3),
                  ints("strides", 2, 2),
                  ints("pads", 1, 0, 1, 1),
                  integer("count_include_pad", counts)));
    }
    images(
        "LpPool",
        (g, x) -> g.node("LpPool", in(x), ints("kernel_shape", 3, 3), ints("strides", 2, 2)));
    images("GlobalAveragePool", (g, x) -> g.node("GlobalAveragePool", in(x)));
    only(17, "ReduceMean", (g, x) -> g.node("ReduceMean", in(x), ints("axes", 2, 3)));
    only(
        18,
        "ReduceMean without the axes",
        (g, x) -> g.node("ReduceMean", in(x, g.longs(-1, -2)), integer("keepdims", 0)));
  }

  private static String minMax(Graphs g, String a, String b, boolean smallerFirst) {
    String larger = g.node("Max", in(a, b));
    String smaller = g.node("Min", in(a, b));
    return g.node(
        "Concat", smallerFirst ? in(smaller, larger) : in(larger, smaller), integer("axis", 1));
  }

  private void parts() {
    images(
        "MinMax by Split",
        (g, x) -> {
          String[] halves = halves(g, x, 1);
          return minMax(g, halves[0], halves[1], false);
        });
    images(
        "MinMax by steps",
        (g, x) ->
            minMax(
                g,
                g.node("Slice", in(x, g.longs(0), g.longs(4), g.longs(1), g.longs(2))),
                g.node("Slice", in(x, g.longs(1), g.longs(Long.MAX_VALUE), g.longs(1), g.longs(2))),
                true));
    images(
        "MinMax by Gather",
        (g, x) ->
            minMax(
                g,
                g.node("Gather", in(x, g.longs(3, 0)), integer("axis", 1)),
                g.node("Gather", in(x, g.longs(-3, 2)), integer("axis", 1)),
                false));
    images(
        "Max alone",
        (g, x) -> {
          String[] halves = halves(g, x, -3);
          return g.node("Max", in(halves[0], halves[1]));
        });
    images(
        "Slice of rows and columns backwards",
        (g, x) ->
            g.node(
                "Slice", in(x, g.longs(1, -1), g.longs(6, -100), g.longs(2, 3), g.longs(2, -1))));
    images(
        "Slice by a step beyond the end",
        (g, x) ->
            g.node("Slice", in(x, g.longs(1), g.longs(4), g.longs(2), g.longs(Long.MAX_VALUE))));
    only(
        11,
        "Split into unlike parts",
        (g, x) -> {
          String[] parts = g.nodes("Split", 3, in(x), ints("split", 1, 2, 1), integer("axis", 1));
          return g.node("Concat", in(parts[2], parts[1], parts[1]), integer("axis", 1));
        });
    only(
        13,
        "Split by sizes",
        (g, x) -> {
          String[] parts = g.nodes("Split", 2, in(x, g.longs(5, 2)), integer("axis", 2));
          return g.node("Concat", in(parts[1], parts[0]), integer("axis", 2));
        });
    images("Pad", (g, x) -> g.node("Pad", in(x, g.longs(0, 1, 0, 2, 0, 0, 3, 1))));
    only(
        18,
        "Pad of some axes",
        (g, x) ->
            g.node("Pad", in(x, g.longs(1, 0, 0, 2), g.floats(new long[0], 0), g.longs(-1, 2))));
  }

  /** From operator set 18 on, the number of parts is said. */
  private static String[] halves(Graphs g, String x, int axis) {
    return g.opset < 18
        ? g.nodes("Split", 2, in(x), integer("axis", axis))
        : g.nodes("Split", 2, in(x), integer("axis", axis), integer("num_outputs", 2));
  }

  private void shapes() {
    images("Flatten", (g, x) -> g.node("Flatten", in(x), integer("axis", -3)));
    images("Reshape", (g, x) -> g.node("Reshape", in(x, g.longs(0, 2, -1, 3))));
    images("Reshape of the batch", (g, x) -> g.node("Reshape", in(x, g.longs(-1, 168))));
    images(
        "Reshape by the input's own shape",
        (g, x) -> {
          String batch = g.node("Gather", in(g.node("Shape", in(x)), g.longs(0)));
          return g.node(
              "Reshape", in(x, g.node("Concat", in(batch, g.longs(-1)), integer("axis", 0))));
        });
    only(
        11,
        "Squeeze and Unsqueeze",
        (g, x) ->
            g.node(
                "Unsqueeze",
                in(g.node("Squeeze", in(g.node("GlobalAveragePool", in(x))), ints("axes", 2, -1))),
                ints("axes", 1, -1)));
    only(
        17,
        "Squeeze and Unsqueeze by inputs",
        (g, x) ->
            g.node(
                "Unsqueeze",
                in(
                    g.node("Squeeze", in(g.node("GlobalAveragePool", in(x)), g.longs(-2))),
                    g.longs(2))));
    images("Transpose", (g, x) -> g.node("Transpose", in(x), ints("perm", 0, 2, 3, 1)));
  }

  private void constants() {
    images(
        "Sub and Div",
        (g, x) ->
            g.node("Div", in(g.node("Sub", in(x, g.weights(1, 4, 1, 1))), g.positive(4, 1, 1))));
    images("Sub from", (g, x) -> g.node("Sub", in(g.weights(4, 1, 1), x)));
    images("Mul by an image", (g, x) -> g.node("Mul", in(g.weights(7, 6), x)));
    images("Add of a number", (g, x) -> g.node("Add", in(x, g.floats(new long[0], 0.7))));
    vectors("Mul of vectors", (g, x) -> g.node("Mul", in(x, g.weights(1, 12))));
    images(
        "Mul after Conv",
        (g, x) ->
            g.node("Mul", in(g.node("Conv", in(x, g.weights(5, 4, 3, 3))), g.weights(5, 1, 1))));
    vectors(
        "weights that are computed",
        (g, x) -> {
          String turned = g.node("Transpose", in(g.weights(5, 12)), ints("perm", 1, 0));
          String doubled = g.node("Mul", in(turned, g.floats(new long[] {1}, 2)));
          String cast = g.node("Cast", in(doubled), integer("to", 1));
          return g.node("MatMul", in(x, cast));
        });
    images(
        "Constant and Cast",
        (g, x) ->
            g.node(
                "Mul",
                in(
                    x,
                    g.node(
                        "Cast",
                        in(g.node("Constant", in(), integer("value_int", 3))),
                        integer("to", 1)))));
    images(
        "pads that are computed",
        (g, x) -> {
          String zeros = g.node("ConstantOfShape", in(g.longs(4)), zero());
          String all = g.node("Concat", in(g.longs(1, 2, 0, 1), zeros), integer("axis", 0));
          String pairs = g.node("Reshape", in(all, g.longs(-1, 2)));
          String back =
              g.node("Slice", in(pairs, g.longs(-1), g.longs(-1L << 62), g.longs(0), g.longs(-1)));
          String turned = g.node("Transpose", in(back), ints("perm", 1, 0));
          String flat = g.node("Reshape", in(turned, g.longs(-1)));
          return g.node("Pad", in(x, g.node("Cast", in(flat), integer("to", 7))));
        });
  }

  private static ai.onnx.proto.OnnxMl.AttributeProto zero() {
    return ai.onnx.proto.OnnxMl.AttributeProto.newBuilder()
        .setName("value")
        .setType(ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.TENSOR)
        .setT(
            ai.onnx.proto.OnnxMl.TensorProto.newBuilder()
                .setDataType(Graphs.INT64)
                .addDims(1)
                .addInt64Data(0))
        .build();
  }

  private void sums() {
    only(
        11,
        "Concat along rows of a part of the channels",
        (g, x) -> {
          String[] parts = g.nodes("Split", 2, in(x), integer("axis", 1));
          return g.node("Concat", in(parts[1], parts[1]), integer("axis", 2));
        });
    only(
        11,
        "Concat along rows after MinMax",
        (g, x) -> {
          String[] parts = g.nodes("Split", 2, in(x), integer("axis", 1));
          String m =
              g.node(
                  "Concat",
                  in(g.node("Max", in(parts)), g.node("Min", in(parts))),
                  integer("axis", 1));
          String rows = g.node("Slice", in(m, g.longs(1), g.longs(3), g.longs(2)));
          return g.node("Concat", in(rows, m), integer("axis", 2));
        });
    images(
        "Concat of branches and the image",
        (g, x) -> {
          String y = g.node("Relu", in(x));
          return g.node("Concat", in(y, x, g.node("Abs", in(y))), integer("axis", 1));
        });
    images("Add of the image itself", (g, x) -> g.node("Add", in(x, x)));
    images(
        "Add as residual",
        (g, x) -> {
          String y = g.node("Conv", in(x, g.weights(4, 4, 3, 3)), ints("pads", 1, 1, 1, 1));
          return g.node("Relu", in(g.node("Add", in(x, g.node("Relu", in(y))))));
        });
    images(
        "Add of branches that cross",
        (g, x) -> {
          String a = g.node("Relu", in(x));
          String b = g.node("Abs", in(x));
          String c = g.node("Add", in(a, b));
          return g.node("Add", in(g.node("Add", in(c, a)), g.node("LeakyRelu", in(c))));
        });
  }

  /** MinMax keeps lengths; what picks a place twice stretches by the root of 2. */
  @Test
  void selectionsHaveTheConstantThatOnePlaceAttains() throws IOException {
    assertEquals(1, constant((g, x) -> minMax(g, part(g, x, 0, 6), part(g, x, 6, 12), true)));
    assertEquals(1, constant((g, x) -> g.node("Max", in(part(g, x, 0, 6), part(g, x, 6, 12)))));
    double root = Math.nextUp(Math.sqrt(2));
    assertEquals(root, constant((g, x) -> minMax(g, x, x, false)));
    assertEquals(root, constant((g, x) -> minMax(g, part(g, x, 0, 8), part(g, x, 4, 12), false)));
    assertEquals(root, constant((g, x) -> g.node("Concat", in(x, x), integer("axis", 1))));
    double joined =
        constant(
            (g, x) ->
                g.node(
                    "Concat", in(g.node("Relu", in(x)), x, part(g, x, 3, 6)), integer("axis", 1)));
    assertEquals(Math.sqrt(3), joined, 1e-15);
  }

  private static String part(Graphs g, String x, long from, long to) {
    return g.node("Slice", in(x, g.longs(from), g.longs(to), g.longs(1)));
  }

  private double constant(BiFunction<Graphs, String, String> made) throws IOException {
    Graphs graphs = new Graphs(1, 12);
    ModelProto model = graphs.model(made.apply(graphs, "x"));
    Classifier read = Onnx.read(Graphs.written(model, folder.resolve("s.onnx"))).classifier();
    return read.body().bound(SoundNorm.TIGHT).value();
  }

  /** The final one is left out, so that logits are compared. */
  @Test
  void aFinalSoftmaxIsLeftOutAndSaid() throws IOException {
    for (String operator : new String[] {"Softmax", "LogSoftmax"}) {
      Graphs graphs = new Graphs(1, 12);
      String logits = graphs.node("Gemm", in("x", graphs.weights(12, 3)));
      ModelProto plain = graphs.model(logits);
      ModelProto ended = graphs.model(graphs.node(operator, in(logits)));
      Onnx.Imported imported = Onnx.read(Graphs.written(ended, folder.resolve(operator + ".onnx")));
      assertEquals(1, imported.remarks().size());
      assertTrue(imported.remarks().get(0).contains(operator + " is left out"));
      float[] x = new float[12];
      x[3] = 1;
      Numerics.assertClose(
          doubles(Graphs.expected(plain, x, 1, 12)),
          doubles(Graphs.found(imported.classifier(), x, 1)),
          1e-6);
    }
  }
}
