package org.lipkit.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.checker.OnnxCheck.Finding;
import org.lipkit.checker.OnnxCheck.Verdict;
import org.lipkit.layer.Abs;
import org.lipkit.layer.AveragePooling;
import org.lipkit.layer.ChannelShift;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Concatenation;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.GroupSort;
import org.lipkit.layer.Identity;
import org.lipkit.layer.InvertibleDownsampling;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LeakyRelu;
import org.lipkit.layer.MaxPooling;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Residual;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.Window;
import org.lipkit.model.Ensemble;
import org.lipkit.model.Models;
import org.lipkit.onnx.Onnx;
import org.lipkit.tensor.Tensors;

/** Files that the library exports, whole and tampered with, before the independent checker. */
class OnnxCheckTest {

  private static final int CLASSES = 4;

  private final NDManager manager = Tensors.newManager();

  @TempDir private Path folder;

  @AfterEach
  void free() {
    manager.close();
  }

  private Classifier frozen(Classifier network, int channels) {
    network.initialize(manager, DataType.FLOAT32, new Shape(channels, 8, 8));
    SplittableRandom random = new SplittableRandom(5);
    for (NDArray weight : network.trainable()) {
      NDArray noise = Tensors.gaussian(manager, random, weight.getShape(), DataType.FLOAT32);
      Tensors.copy(weight.add(noise.mul(0.05f)), weight);
    }
    return network.frozen(manager);
  }

  private Path written(Classifier network) {
    Path file = folder.resolve("network.onnx");
    try (SoundCertifier proof = new SoundCertifier(network)) {
      Onnx.write(file, proof);
    }
    return file;
  }

  private static OnnxCheck open(Path file) {
    return OnnxCheck.open(file, (done, total) -> assertTrue(done <= total));
  }

  private void assertConfirmed(Classifier network) {
    Path file = written(network);
    for (Finding finding : open(file).check()) {
      assertEquals(Verdict.CONFIRMED, finding.verdict(), finding::toString);
    }
    assertSameLogits(network, OnnxNetwork.read(file, (done, total) -> {}));
  }

  private void assertSameLogits(Classifier network, OnnxNetwork read) {
    double[] pixels = new SplittableRandom(1).doubles(read.inputs()).toArray();
    Shape batch = new Shape(1).addAll(network.inputShape());
    NDArray x = Tensors.ofDoubles(manager, pixels, batch, DataType.FLOAT32);
    double[] expected = Tensors.toDoubles(Tensors.withoutGradient(() -> network.apply(x)));
    double[] features = read.body().at(Tensors.toDoubles(x)).output();
    for (int j = 0; j < expected.length; j++) {
      assertEquals(expected[j], read.head().logit(j, features), 1e-4, "logit " + j);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Wong net",
        "2C2F",
        "LiResNet L2 W4 D8",
        "ResNet L2 W4 D8",
        "LiResNet-orthogonal L1 W4 D8",
        "LiResNet++ L1 W4 D8",
        "LipNeXt L2 W8",
        "AOL-MLP L3 W32",
        "BRONet L1 W4 D8",
        "WRN-10-1 avg"
      })
  void everyModelOfTheKitIsConfirmed(String name) {
    assertConfirmed(frozen(Models.create(name, 8, CLASSES, 3), 3));
  }

  @Test
  void windowsThatOverlapAndLayersThatSortAreConfirmed() {
    assertConfirmed(
        frozen(
            Classifier.of(
                new Convolution(6, 3, 1, 1, 2, WeightInit.LECUN),
                new MaxPooling(new Window(3, 1, 1, 1, 0), new Window(2, 1, 2, 0, 1)),
                new LeakyRelu(0.2),
                new Residual(new Convolution(6, 3, 1, 1)),
                new AveragePooling(new Window(2, 1, 1), new Window(3, 1, 1, 1, 2)),
                new ChannelShift(0.25),
                new Abs(0.5),
                new GroupSort(3),
                new InvertibleDownsampling(2),
                new MinMax(),
                new Flatten(),
                new Dense(CLASSES)),
            4));
  }

  @Test
  void branchesSideBySideAndSumsOfClassifiersAreConfirmed() {
    Layer branches = new Concatenation(new Convolution(3, 3, 1, 1), new Identity(), new MinMax());
    Classifier network =
        frozen(Classifier.of(branches, new Relu(), new Flatten(), new Dense(CLASSES)), 2);
    assertConfirmed(network);
    Classifier other = frozen(Models.create("LiResNet L1 W4 D8", 8, CLASSES, 3), 2);
    assertConfirmed(Ensemble.of(List.of(network, other)));
  }

  /** The larger of two constants side by side would be too small. */
  @Test
  void aConstantOfBranchesThatWasLoweredIsNotConfirmed() throws IOException {
    Layer branches = new Concatenation(new Identity(), new Convolution(2, 1, 1, 0));
    Classifier network = frozen(Classifier.of(branches, new Flatten(), new Dense(CLASSES)), 2);
    String body = "all before the last layer";
    UnaryOperator<String> lower = text -> scaled(text, 0.99);
    List<Finding> findings = tampered(network, "lipkit.body", lower);
    Finding found =
        findings.stream().filter(any -> any.claim().equals(body)).findFirst().orElseThrow();
    assertNotEquals(Verdict.CONFIRMED, found.verdict());
  }

  /** The constant of an SLL layer rests on a theorem that the checker does not know. */
  @Test
  void whatTheCheckerCannotProveIsUnconfirmed() {
    Path file = written(frozen(Models.create("SLL L1 W4 D8", 8, CLASSES, 3), 3));
    List<Finding> findings = open(file).check();
    assertTrue(findings.stream().noneMatch(finding -> finding.verdict() == Verdict.REFUTED));
    assertEquals(Verdict.UNCONFIRMED, findings.get(findings.size() - 1).verdict());
  }

  private static ModelProto read(Path file) throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(file));
  }

  private List<Finding> tampered(String key, UnaryOperator<String> change) throws IOException {
    return tampered(frozen(Models.create("2C2F", 8, CLASSES, 3), 1), key, change);
  }

  private List<Finding> tampered(Classifier network, String key, UnaryOperator<String> change)
      throws IOException {
    ModelProto.Builder model = read(written(network)).toBuilder();
    for (StringStringEntryProto.Builder entry : model.getMetadataPropsBuilderList()) {
      if (entry.getKey().equals(key)) {
        entry.setValue(change.apply(entry.getValue()));
      }
    }
    Path file = folder.resolve("tampered.onnx");
    Files.write(file, model.build().toByteArray());
    return open(file).check();
  }

  private static void assertOnly(Verdict verdict, String claim, List<Finding> findings) {
    for (Finding finding : findings) {
      boolean isIt = finding.claim().equals(claim);
      assertEquals(isIt ? verdict : Verdict.CONFIRMED, finding.verdict(), finding::toString);
    }
    assertTrue(findings.stream().anyMatch(finding -> finding.claim().equals(claim)));
  }

  /** The first number of a text times a factor. */
  private static String scaled(String text, double factor) {
    String[] words = text.split(" ", 2);
    return Double.parseDouble(words[0]) * factor + " " + words[1];
  }

  private static UnaryOperator<String> norm(double factor) {
    return norms -> {
      String[] words = norms.split(" ", 2);
      return words[0] + " " + scaled(words[1], factor);
    };
  }

  @Test
  void aNormThatWasLoweredIsRefutedOrUnconfirmed() throws IOException {
    String claim = "01body_02Convolution_weight";
    assertOnly(Verdict.REFUTED, claim, tampered("lipkit.norms", norm(0.9)));
    assertOnly(Verdict.UNCONFIRMED, claim, tampered("lipkit.norms", norm(1 - 8e-5)));
    assertOnly(Verdict.CONFIRMED, claim, tampered("lipkit.norms", norm(1.5)));
    String body = "all before the last layer";
    assertOnly(Verdict.UNCONFIRMED, body, tampered("lipkit.body", text -> scaled(text, 0.99)));
    assertOnly(Verdict.REFUTED, body, tampered("lipkit.body", text -> scaled(text, 0.01)));
  }

  /** Hundreds of maps that multiply by 1 make room for no smaller constant. */
  @Test
  void whatIsTooLowByLittleIsNotConfirmed() throws IOException {
    Path whole =
        written(
            frozen(
                Classifier.of(new Flatten(), new Dense(64), new MinMax(), new Dense(CLASSES)), 1));
    ModelProto.Builder model = read(whole).toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("one")
            .addDims(1)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(new byte[] {0, 0, -128, 63})));
    List<NodeProto> nodes = List.copyOf(graph.getNodeList());
    graph.clearNode();
    String last = "image";
    for (int n = 0; n < 400; n++) {
      graph.addNode(node("Mul", "product" + n, last, "one"));
      last = "product" + n;
    }
    graph.addNode(nodes.get(0).toBuilder().setInput(0, last));
    graph.addAllNode(nodes.subList(1, nodes.size()));
    for (StringStringEntryProto.Builder entry : model.getMetadataPropsBuilderList()) {
      switch (entry.getKey()) {
        case "lipkit.norms" -> entry.setValue(entry.getValue() + "\none 0.9999995 upper");
        case "lipkit.body" -> entry.setValue(scaled(entry.getValue(), 0.999));
        default -> {
          // Stays as it is.
        }
      }
    }
    Path file = folder.resolve("tampered.onnx");
    Files.write(file, model.build().toByteArray());
    List<Finding> findings = open(file).check();
    for (String claim : List.of("one", "all before the last layer")) {
      Finding found =
          findings.stream().filter(any -> any.claim().equals(claim)).findFirst().orElseThrow();
      assertEquals(Verdict.UNCONFIRMED, found.verdict(), found::toString);
    }
  }

  @Test
  void aConstantOfTwoLogitsThatWasLoweredIsFound() throws IOException {
    String claim = "differences of logits";
    UnaryOperator<String> last = rows -> rows.replaceFirst("^0 [^ ]+", "0 1E-7");
    List<Finding> findings = tampered("lipkit.constants", last);
    assertOnly(Verdict.REFUTED, claim, findings);
    String reason = findings.get(findings.size() - 1).reason();
    assertTrue(reason.startsWith("11 of 12 confirmed; the worst is K_0,1"), reason);
    findings = tampered("lipkit.constants", rows -> "0 " + scaled(rows.substring(2), 1 - 1e-3));
    assertOnly(Verdict.UNCONFIRMED, claim, findings);
  }

  @Test
  void aWeightThatWasChangedIsFound() throws IOException {
    ModelProto.Builder model =
        read(written(frozen(Models.create("2C2F", 8, CLASSES, 3), 1))).toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      if (tensor.getName().equals("01body_02Convolution_bias")) {
        byte[] bytes = tensor.getRawData().toByteArray();
        bytes[0] ^= 1; // the last bit of the first number
        tensor.setRawData(ByteString.copyFrom(bytes));
      }
    }
    Path file = folder.resolve("tampered.onnx");
    Files.write(file, model.build().toByteArray());
    assertOnly(Verdict.REFUTED, "weights", open(file).check());
  }

  private void refused(String part, byte[] content) throws IOException {
    Path file = folder.resolve("refused.onnx");
    Files.write(file, content);
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> open(file).check());
    assertTrue(refusal.getMessage().contains(part), refusal::getMessage);
    assertFalse(refusal.getMessage().contains("\n"), refusal::getMessage);
  }

  @Test
  void whatIsNoExportedFileIsRefusedInOneSentence() throws IOException {
    byte[] whole = Files.readAllBytes(written(frozen(Models.create("2C2F", 8, CLASSES, 3), 1)));
    ModelProto model = ModelProto.parseFrom(whole);
    refused("no whole ONNX file", Arrays.copyOf(whole, whole.length / 2));
    refused("operator set 17", new byte[0]);
    refused("no certificate", model.toBuilder().clearMetadataProps().build().toByteArray());
    ModelProto.Builder sigmoid = model.toBuilder();
    sigmoid.getGraphBuilder().getNodeBuilder(2).setOpType("Sigmoid");
    refused("Sigmoid) is an operator, which the checker", sigmoid.build().toByteArray());
    ModelProto.Builder late = model.toBuilder();
    late.getGraphBuilder().getNodeBuilder(1).setInput(0, "nowhere");
    refused("no node gives nowhere", late.build().toByteArray());
    ModelProto.Builder large = model.toBuilder();
    large.getGraphBuilder().getInitializerBuilder(1).setDims(0, 1L << 40);
    refused("an axis of", large.build().toByteArray());
    ModelProto.Builder negative = model.toBuilder();
    negative.getMetadataPropsBuilderList().stream()
        .filter(entry -> entry.getKey().equals("lipkit.body"))
        .forEach(entry -> entry.setValue("-1 upper"));
    refused("\"-1\" for a number", negative.build().toByteArray());
    assertThrows(IllegalArgumentException.class, () -> open(folder.resolve("missing.onnx")));
  }

  private static byte[] changed(ModelProto model, Consumer<GraphProto.Builder> change) {
    ModelProto.Builder builder = model.toBuilder();
    change.accept(builder.getGraphBuilder());
    return builder.build().toByteArray();
  }

  private static TensorProto.Builder array(GraphProto.Builder graph, TensorProto.DataType type) {
    return graph.getInitializerBuilderList().stream()
        .filter(tensor -> tensor.getDataType() == type.getNumber())
        .findFirst()
        .orElseThrow();
  }

  /** For programs that run such files the network may be another one than the checker's. */
  @Test
  void whatOtherProgramsMayReadOtherwiseIsRefused() throws IOException {
    ModelProto model = read(written(frozen(Models.create("2C2F", 8, CLASSES, 3), 1)));
    TensorProto weight = model.getGraph().getInitializer(0);
    String first = model.getGraph().getNode(0).getOutput(0);
    for (String name : List.of("image", first, weight.getName())) {
      TensorProto twin = weight.toBuilder().setName(name).build();
      refused("two values to the name " + name, changed(model, g -> g.addInitializer(twin)));
    }
    refused(
        "inside the file",
        changed(
            model,
            g -> g.getInitializerBuilder(0).setDataLocation(TensorProto.DataLocation.EXTERNAL)));
    refused("inside the file", changed(model, g -> g.getInitializerBuilder(0).addFloatData(1)));
    refused("sparse", changed(model, g -> g.addSparseInitializerBuilder()));
    refused(
        "lie along no one axis",
        changed(model, g -> array(g, TensorProto.DataType.INT64).addDims(1)));
    refused(
        "two attributes",
        changed(
            model,
            g -> {
              NodeProto.Builder convolution = node(g, "Conv");
              convolution.addAttribute(convolution.getAttribute(0));
            }));
    refused(
        "of another type",
        changed(
            model,
            g ->
                node(g, "Conv")
                    .getAttributeBuilder(0)
                    .setType(AttributeProto.AttributeType.FLOAT)));
    ByteBuffer pads = ByteBuffer.allocate(8 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    pads.putLong(2 * Long.BYTES, -1).putLong(6 * Long.BYTES, 1);
    TensorProto shift =
        TensorProto.newBuilder()
            .setName("pads")
            .addDims(8)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .setRawData(ByteString.copyFrom(pads.array()))
            .build();
    refused(
        "pads in another way",
        changed(
            model,
            g -> {
              g.getNodeBuilder(0).setInput(0, "moved");
              g.addInitializer(shift).addNode(0, node("Pad", "moved", "image", "pads"));
            }));
    refused(
        "two entries",
        model.toBuilder().addMetadataProps(model.getMetadataProps(0)).build().toByteArray());
  }

  private static NodeProto.Builder node(GraphProto.Builder graph, String operator) {
    return graph.getNodeBuilderList().stream()
        .filter(node -> node.getOpType().equals(operator))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void claimsThatContradictEachOtherOrAreEmptyAreRefused() {
    for (String key : List.of("lipkit.body", "lipkit.constants")) {
      Exception refusal =
          assertThrows(IllegalArgumentException.class, () -> tampered(key, text -> " "));
      assertTrue(refusal.getMessage().contains("for a number"), refusal::getMessage);
    }
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> tampered("lipkit.norms", norms -> norms + "\n" + norms));
    assertTrue(refusal.getMessage().contains("two norms"), refusal::getMessage);
  }

  /** Each adds to the sum before it the one before that, or the image. */
  @Test
  void sumsThatGrowWithoutEndAreRefused() throws IOException {
    ModelProto model = read(written(frozen(Models.create("2C2F", 8, CLASSES, 3), 1)));
    for (boolean isDeep : new boolean[] {true, false}) {
      ModelProto.Builder longer = model.toBuilder();
      GraphProto.Builder graph = longer.getGraphBuilder().clearNode();
      graph.addNode(node("Relu", "sum0", "image"));
      graph.addNode(node("Add", "sum1", "sum0", "image"));
      int sums = isDeep ? 2000 : 60;
      for (int n = 2; n < sums; n++) {
        String other = isDeep ? "image" : "sum" + (n - 2);
        graph.addNode(node("Add", "sum" + n, "sum" + (n - 1), other));
      }
      refused("branches of branches", longer.build().toByteArray());
    }
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }
}
