package org.lipkit.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lipkit.onnx.Graphs.in;
import static org.lipkit.onnx.Graphs.integer;
import static org.lipkit.onnx.Graphs.ints;
import static org.lipkit.onnx.Graphs.number;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Damaged, impossible and hostile files each give one sentence. */
class HostileFilesTest {

  private static final int FLOAT16 = 10;
  private static final int INT8 = 3;
  private static final int DOUBLE = 11;
  private static final int BFLOAT16 = 16;

  @TempDir private Path folder;

  private final List<DynamicTest> tests = new ArrayList<>();

  private interface Spoiling {
    ModelProto model(Graphs graphs) throws IOException;
  }

  private void refused(String name, String expected, Spoiling spoiling) {
    tests.add(
        DynamicTest.dynamicTest(
            name,
            () -> {
              Path inner = Files.createDirectories(folder.resolve("model"));
              Graphs graphs = new Graphs(1, 2, 6, 6);
              refused(Graphs.written(spoiling.model(graphs), inner.resolve("m.onnx")), expected);
            }));
  }

  /** The same for what one chain of nodes makes of the image. */
  private void node(String name, String expected, java.util.function.Function<Graphs, String> y) {
    refused(name, expected, graphs -> graphs.model(y.apply(graphs)));
  }

  static void refused(Path file, String expected) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Onnx.read(file));
    String message = e.getMessage();
    assertTrue(message.contains(expected), message);
    assertTrue(message.contains(file.toString()) && message.endsWith("."), message);
    assertFalse(message.contains("\n") || message.contains("Exception"), message);
    assertTrue(message.length() < 600, message);
  }

  private static ModelProto spoiled(Graphs graphs, Consumer<ModelProto.Builder> how) {
    ModelProto.Builder model = sound(graphs).toBuilder();
    how.accept(model);
    return model.build();
  }

  private static ModelProto sound(Graphs g) {
    String y = g.node("Conv", in("x", g.weights(4, 2, 3, 3), g.weights(4)));
    y = g.node("Flatten", in(g.node("Relu", in(y))));
    return g.model(g.node("Gemm", in(y, g.weights(64, 3), g.weights(3))));
  }

  private static ModelProto withWeights(Graphs graphs, Consumer<TensorProto.Builder> how) {
    return spoiled(graphs, model -> how.accept(model.getGraphBuilder().getInitializerBuilder(0)));
  }

  private static ModelProto external(Graphs graphs, String... entries) {
    return withWeights(
        graphs,
        tensor -> {
          tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
          for (int i = 0; i < entries.length; i += 2) {
            tensor.addExternalData(
                StringStringEntryProto.newBuilder().setKey(entries[i]).setValue(entries[i + 1]));
          }
        });
  }

  private static TensorShapeProto.Builder input(ModelProto.Builder model) {
    return model
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder();
  }

  @Test
  void theSoundFileIsRead() throws IOException {
    Path file = Graphs.written(sound(new Graphs(1, 2, 6, 6)), folder.resolve("sound.onnx"));
    assertEquals(3, Onnx.read(file).classifier().classes());
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    byte[] whole = sound(new Graphs(1, 2, 6, 6)).toByteArray();
    Path file = folder.resolve("cut.onnx");
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(file, Arrays.copyOf(whole, length));
      refused(file, "");
    }
  }

  @Test
  void whatIsNoOnnxFileIsRefused() throws IOException {
    refused(folder.resolve("absent.onnx"), "no such file");
    refused(Files.writeString(folder.resolve("text.onnx"), "no network, only words"), "ONNX file");
    refused(Files.write(folder.resolve("empty.onnx"), new byte[0]), "holds no network");
    byte[] deep = new byte[100_000];
    Arrays.fill(deep, (byte) 0x3b);
    refused(Files.write(folder.resolve("deep.onnx"), deep), "ONNX file");
  }

  /** Arrays in files beside the model are read, and nothing else is. */
  @Test
  void externalDataIsReadInsideTheFolderOnly() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("inner"));
    ByteBuffer weights = ByteBuffer.allocate(8 + 4 * 72).order(ByteOrder.LITTLE_ENDIAN);
    weights.position(8);
    for (int i = 0; i < 72; i++) {
      weights.putFloat(1 + i);
    }
    Files.write(inner.resolve("weights.bin"), weights.array());
    Files.write(folder.resolve("weights.bin"), weights.array());
    Files.createSymbolicLink(inner.resolve("link.bin"), folder.resolve("weights.bin"));
    Path file = inner.resolve("m.onnx");
    Graphs.written(
        external(new Graphs(1, 2, 6, 6), "location", "weights.bin", "offset", "8"), file);
    float[] kernel =
        Onnx.read(file).classifier().state().get("01body_01Convolution_weight").toFloatArray();
    assertEquals(1, kernel[0]);
    assertEquals(72, kernel[71]);
    for (String outside :
        List.of("../weights.bin", folder.resolve("weights.bin").toString(), "link.bin", "/etc/x")) {
      Graphs.written(external(new Graphs(1, 2, 6, 6), "location", outside), file);
      refused(file, "outside the model's folder");
    }
  }

  @TestFactory
  Stream<DynamicTest> everySpoiledFileGivesOneSentence() {
    files();
    types();
    nodes();
    hugeThings();
    return tests.stream();
  }

  private void files() {
    refused("external data missing", "is not there", g -> external(g, "location", "none.bin"));
    refused("external data nowhere", "is not there", g -> external(g));
    refused(
        "external data cut",
        "bytes",
        g -> {
          Files.write(folder.resolve("model/short.bin"), new byte[10]);
          return external(g, "location", "short.bin");
        });
    refused(
        "external data at no place",
        "cannot be read",
        g -> {
          Files.write(folder.resolve("model/short.bin"), new byte[10]);
          return external(g, "location", "short.bin", "offset", "many");
        });
    refused(
        "old operator set",
        "operator set 10",
        g -> spoiled(g, model -> model.getOpsetImportBuilder(0).setVersion(10)));
    refused(
        "new operator set",
        "operator set 22",
        g -> spoiled(g, model -> model.getOpsetImportBuilder(0).setVersion(22)));
    refused(
        "no operator set",
        "names no operator set",
        g -> spoiled(g, model -> model.clearOpsetImport()));
    refused(
        "only a foreign operator set",
        "names no operator set",
        g ->
            spoiled(
                g,
                model ->
                    model
                        .clearOpsetImport()
                        .addOpsetImport(
                            OperatorSetIdProto.newBuilder().setDomain("own").setVersion(17))));
    refused(
        "two inputs",
        "2 inputs",
        g ->
            spoiled(
                g, model -> model.getGraphBuilder().addInput(Graphs.value("z", Graphs.FLOAT, 3))));
    refused(
        "two outputs",
        "2 outputs",
        g ->
            spoiled(
                g, model -> model.getGraphBuilder().addOutput(Graphs.value("x", Graphs.FLOAT, 3))));
    refused(
        "images of any size",
        "left open",
        g -> spoiled(g, model -> input(model).getDimBuilder(2).setDimParam("H")));
    refused(
        "a missing weight",
        "'v0'",
        g -> spoiled(g, model -> model.getGraphBuilder().removeInitializer(0)));
    refused(
        "nodes in a circle",
        "in a circle",
        g ->
            spoiled(
                g,
                model ->
                    model
                        .getGraphBuilder()
                        .getNodeBuilder(0)
                        .setInput(0, model.getGraph().getNode(1).getOutput(0))));
    refused(
        "a name given twice",
        "which has one",
        g ->
            spoiled(
                g,
                model ->
                    model
                        .getGraphBuilder()
                        .addNode(
                            NodeProto.newBuilder()
                                .setOpType("Relu")
                                .addInput("x")
                                .addOutput("v3"))));
    refused(
        "two arrays of one name",
        "two arrays 'v0'",
        g ->
            spoiled(
                g,
                model ->
                    model.getGraphBuilder().addInitializer(model.getGraph().getInitializer(0))));
    refused(
        "two attributes of one name",
        "two attributes 'group'",
        g ->
            spoiled(
                g,
                model -> {
                  NodeProto.Builder node = model.getGraphBuilder().getNodeBuilder(0);
                  node.addAttribute(Graphs.integer("group", 1));
                  node.addAttribute(Graphs.integer("group", 2));
                }));
    refused(
        "no such output",
        "'nowhere'",
        g -> spoiled(g, model -> model.getGraphBuilder().getOutputBuilder(0).setName("nowhere")));
  }

  private void types() {
    for (int type : new int[] {FLOAT16, BFLOAT16}) {
      refused(
          "half-precision weights of type " + type,
          "half precision",
          g -> withWeights(g, tensor -> tensor.setDataType(type)));
    }
    refused(
        "quantised weights", "quantised", g -> withWeights(g, tensor -> tensor.setDataType(INT8)));
    refused(
        "weights of an unknown type",
        "unknown",
        g -> withWeights(g, tensor -> tensor.setDataType(99)));
    refused(
        "half-precision images",
        "float32",
        g ->
            spoiled(
                g,
                model ->
                    model
                        .getGraphBuilder()
                        .getInputBuilder(0)
                        .getTypeBuilder()
                        .getTensorTypeBuilder()
                        .setElemType(FLOAT16)));
    refused(
        "double weights",
        "DOUBLE",
        g ->
            withWeights(
                g,
                tensor -> {
                  tensor.clearRawData().setDataType(DOUBLE);
                  for (int i = 0; i < 72; i++) {
                    tensor.addDoubleData(i);
                  }
                }));
    refused(
        "weights cut",
        "71 entries",
        g -> withWeights(g, tensor -> tensor.setRawData(tensor.getRawData().substring(4))));
    node(
        "weights that are not numbers",
        "not a number",
        g -> g.node("Mul", in("x", g.floats(new long[] {1}, Double.NaN))));
    node(
        "infinite weights",
        "Infinity",
        g -> g.node("Mul", in("x", g.floats(new long[] {1}, Double.POSITIVE_INFINITY))));
    node(
        "a quantised layer",
        "before quantisation",
        g -> g.node("QuantizeLinear", in("x", g.weights(1))));
    node("a cast to half", "leaves float32", g -> g.node("Cast", in("x"), integer("to", FLOAT16)));
  }

  private void nodes() {
    node("an unknown operator", "(Frobnicate)", g -> g.node("Frobnicate", in("x")));
    node("a smooth activation", "how the engine rounds", g -> g.node("Sigmoid", in("x")));
    node("a normalisation", "Lipschitz", g -> g.node("LayerNormalization", in("x", g.weights(6))));
    refused(
        "an operator of one's own",
        "cannot be certified",
        g -> spoiled(g, model -> model.getGraphBuilder().getNodeBuilder(1).setDomain("own.ops")));
    node("an unknown attribute", "'frob'", g -> g.node("Relu", in("x"), integer("frob", 1)));
    node("an unknown input", "input number 2", g -> g.node("Relu", in("x", g.weights(1))));
    node("no input", "lacks its input", g -> g.node("Relu", in()));
    node("Softmax inside", "inside", g -> g.node("Relu", in(g.node("Softmax", in("x")))));
    node(
        "slopes that differ",
        "one slope is known",
        g -> g.node("PRelu", in("x", g.positive(new long[] {2, 1, 1}))));
    node(
        "some numbers by size",
        "only sorting all channels",
        g -> g.nodes("TopK", 2, in("x", g.longs(1)), integer("axis", 1))[0]);
    node(
        "sums of absolute values",
        "Euclidean ones",
        g -> g.node("LpPool", in("x"), integer("p", 1), ints("kernel_shape", 2, 2)));
    node("a product of activations", "two activations", g -> g.node("Mul", in("x", "x")));
    node("a quotient", "quotient", g -> g.node("Div", in(g.weights(1), "x")));
    node("division by 0", "divides by 0", g -> g.node("Div", in("x", g.floats(new long[] {1}, 0))));
    node(
        "a sum of unlike shapes",
        "equal shapes",
        g -> g.node("Add", in("x", g.node("Flatten", in("x")))));
    node(
        "a constant that stretches",
        "does not spread",
        g -> g.node("Add", in("x", g.weights(5, 1, 1, 1))));
    node(
        "the larger of two branches",
        "not parts of one",
        g -> g.node("Max", in(g.node("Relu", in("x")), "x")));
    node(
        "branches joined along the rows",
        "only axis 1",
        g -> g.node("Concat", in(g.node("Relu", in("x")), "x"), integer("axis", 2)));
    node(
        "branches joined that differ in size",
        "differ in the first number only",
        g ->
            g.node(
                "Concat",
                in("x", g.node("MaxPool", in("x"), ints("kernel_shape", 2, 2))),
                integer("axis", 1)));
    node(
        "a wrong matrix",
        "72",
        g -> g.node("Gemm", in(g.node("Flatten", in("x")), g.weights(9, 3))));
    node(
        "a wrong bias",
        "bias of shape",
        g -> g.node("Conv", in("x", g.weights(4, 2, 3, 3), g.weights(3))));
    node(
        "wrong groups",
        "in 3 groups",
        g -> g.node("Conv", in("x", g.weights(4, 2, 3, 3)), integer("group", 3)));
    node(
        "kernels of one axis",
        "kernels of shape",
        g -> g.node("Conv", in("x", g.weights(4, 2, 3))));
    node(
        "a kernel larger than the image",
        "smaller window",
        g -> g.node("Conv", in("x", g.weights(4, 2, 9, 9))));
    node("kernels from the image", "computes its kernel", g -> g.node("Conv", in("x", "x")));
    node(
        "a stride of 0",
        "stride of 0",
        g -> g.node("Conv", in("x", g.weights(4, 2, 3, 3)), ints("strides", 0, 1)));
    node(
        "statistics of the batch",
        "model.eval()",
        g ->
            g.node(
                "BatchNormalization",
                in("x", g.weights(2), g.weights(2), g.weights(2), g.positive(2)),
                integer("training_mode", 1)));
    node(
        "a negative variance",
        "variance",
        g ->
            g.node(
                "BatchNormalization",
                in("x", g.weights(2), g.weights(2), g.weights(2), g.floats(new long[] {2}, 1, -1)),
                number("epsilon", 0.1)));
    node(
        "windows of padding",
        "nothing but padding",
        g -> g.node("MaxPool", in("x"), ints("kernel_shape", 2, 2), ints("pads", 3, 3, 3, 3)));
    node("samples that mix", "first axis", g -> g.node("Reshape", in("x", g.longs(1, -1))));
    node("an impossible shape", "7", g -> g.node("Reshape", in("x", g.longs(0, 7, -1))));
    node(
        "a shape with two open axes",
        "impossible",
        g -> g.node("Reshape", in("x", g.longs(0, -1, -1))));
    node(
        "a slice of the batch",
        "axis 0",
        g -> g.node("Slice", in("x", g.longs(0), g.longs(1), g.longs(0))));
    node(
        "an empty slice",
        "takes nothing",
        g -> g.node("Slice", in("x", g.longs(3), g.longs(2), g.longs(1))));
    node(
        "a place that is not there",
        "places [9] of 2",
        g -> g.node("Gather", in("x", g.longs(9)), integer("axis", 1)));
    node(
        "pads of ones",
        "only zeros",
        g -> g.node("Pad", in("x", g.longs(0, 0, 1, 1, 0, 0, 1, 1), g.floats(new long[0], 1))));
    node(
        "negative pads", "negative", g -> g.node("Pad", in("x", g.longs(0, 0, -1, 0, 0, 0, 0, 0))));
    node(
        "a mean over channels",
        "mean over axes",
        g -> g.node("ReduceMean", in("x"), ints("axes", 1)));
    node("an output of images", "2 logits or more", g -> g.node("Relu", in("x")));
  }

  private void hugeThings() {
    refused(
        "an image of 2^40 rows",
        "2^26",
        g -> spoiled(g, model -> input(model).getDimBuilder(2).setDimValue(1L << 40)));
    refused(
        "weights of 2^40 rows",
        "larger than this program can hold",
        g -> withWeights(g, tensor -> tensor.setDims(0, 1L << 40)));
    refused(
        "weights of -1 rows",
        "larger than this program can hold",
        g -> withWeights(g, tensor -> tensor.setDims(0, -1)));
    node(
        "pads of 2^40",
        "2^26",
        g -> g.node("Pad", in("x", g.longs(0, 0, 1L << 40, 0, 0, 0, 0, 0))));
    node(
        "pads of 2^63",
        "impossible numbers",
        g -> g.node("Pad", in("x", g.longs(0, 0, Long.MAX_VALUE, 0, 0, 0, 9, 0))));
    node(
        "windows of 2^40",
        "are known",
        g -> g.node("MaxPool", in("x"), ints("kernel_shape", 1L << 40, 2)));
    node(
        "dilation of 2^31",
        "are known",
        g -> g.node("Conv", in("x", g.weights(4, 2, 3, 3)), ints("dilations", 1L << 31, 1)));
    node(
        "a kernel that is mostly zeros",
        "zeros included",
        g ->
            g.node(
                "Conv",
                in("x", g.weights(400, 2, 2, 2)),
                ints("dilations", 4000, 4000),
                ints("pads", 4000, 4000, 4000, 4000)));
    node(
        "constants that double",
        "too large to be computed",
        g -> {
          String c = g.longs(1, 2);
          for (int i = 0; i < 60; i++) {
            c = g.node("Concat", in(c, c), integer("axis", 0));
          }
          return g.node("Reshape", in("x", c));
        });
    node(
        "a constant of 2^40 zeros",
        "larger than this program can hold",
        g -> g.node("Reshape", in("x", g.node("ConstantOfShape", in(g.longs(1L << 40))))));
    node(
        "branches that cross for ever",
        "cross so often",
        g -> crossing(g, g.node("Relu", in("x")), g.node("Abs", in("x"))));
    node(
        "sums of the image that cross for ever",
        "cross so often",
        g -> crossing(g, "x", g.node("Add", in("x", "x"))));
    node(
        "channels that double",
        "2^26 numbers",
        g -> {
          String x = "x";
          for (int i = 0; i < 60; i++) {
            x = g.node("Concat", in(x, x), integer("axis", 1));
          }
          return g.node("Flatten", in(x));
        });
    node(
        "branches that double",
        "2^26 numbers",
        g -> {
          String x = "x";
          for (int i = 0; i < 60; i++) {
            x = g.node("Concat", in(x, g.node("Relu", in(x))), integer("axis", -3));
          }
          return g.node("Flatten", in(x));
        });
  }

  /** Each of 80 sums adds the two before it. */
  private static String crossing(Graphs g, String first, String second) {
    String a = first;
    String b = second;
    for (int i = 0; i < 80; i++) {
      String next = g.node("Add", in(a, b));
      a = b;
      b = next;
    }
    return g.node("Flatten", in(b));
  }
}
