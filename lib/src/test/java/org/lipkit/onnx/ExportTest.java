package org.lipkit.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.bound.CachedNorm;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.layer.Abs;
import org.lipkit.layer.AveragePooling;
import org.lipkit.layer.BatchNorm;
import org.lipkit.layer.Bias;
import org.lipkit.layer.ChannelAffine;
import org.lipkit.layer.ChannelShift;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Concatenation;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.GlobalAveragePooling;
import org.lipkit.layer.GroupSort;
import org.lipkit.layer.Householder;
import org.lipkit.layer.Identity;
import org.lipkit.layer.InvertibleDownsampling;
import org.lipkit.layer.L2NormPooling;
import org.lipkit.layer.Layer;
import org.lipkit.layer.LeakyRelu;
import org.lipkit.layer.LinearResidual;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.MaxPooling;
import org.lipkit.layer.MinMax;
import org.lipkit.layer.Pass;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Residual;
import org.lipkit.layer.Scale;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.Shift;
import org.lipkit.layer.Standardization;
import org.lipkit.layer.SumOfBranches;
import org.lipkit.layer.WeightInit;
import org.lipkit.layer.Window;
import org.lipkit.layer.orthogonal.Soc;
import org.lipkit.layer.rounding.Enclosure;
import org.lipkit.layer.rounding.Proof;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;

/** What is written runs in ONNX Runtime, and comes back as it was. */
class ExportTest {

  private static final int BATCH = 4;

  @TempDir private Path folder;

  private final NDManager manager = Tensors.newManager();

  @AfterEach
  void free() {
    manager.close();
  }

  /** No weight stays at a first value such as 0 or 1. */
  private Classifier frozen(Classifier network, long... image) {
    network.initialize(manager, DataType.FLOAT32, new Shape(image));
    SplittableRandom random = new SplittableRandom(7);
    for (NDArray weight : network.trainable()) {
      NDArray noise = Tensors.gaussian(manager, random, weight.getShape(), DataType.FLOAT32);
      Tensors.copy(weight.add(noise.mul(0.05f)), weight);
    }
    return network.frozen(manager);
  }

  /** Norms are proved once in a test. */
  private NormMethod norms() {
    return new CachedNorm(SoundNorm.TIGHT, folder.resolve("norms"));
  }

  private SoundCertifier proof(Classifier network) {
    return new SoundCertifier(network, norms());
  }

  private ModelProto written(Classifier network, String name) throws IOException {
    Path file = folder.resolve(name);
    try (SoundCertifier proof = proof(network)) {
      Onnx.write(file, proof);
    }
    return ModelProto.parseFrom(Files.readAllBytes(file));
  }

  private static List<ByteString> weights(ModelProto model) {
    return model.getGraph().getInitializerList().stream()
        .filter(tensor -> tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber())
        .map(TensorProto::getRawData)
        .toList();
  }

  private void assertRunsElsewhere(Classifier network, ModelProto model) {
    long[] batch = new Shape(BATCH).addAll(network.inputShape()).getShape();
    float[] pixels = new float[(int) new Shape(batch).size()];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    float[] found = Graphs.expected(model, pixels, batch);
    Enclosure proved =
        Tensors.withoutGradient(
            () ->
                Proof.of(network.form(Pass.EVALUATION), norms(), manager)
                    .rule()
                    .apply(Enclosure.ofInputs(manager.create(pixels, new Shape(batch)))));
    double[] exact = Tensors.toDoubles(proved.center());
    int classes = network.classes();
    assertEquals(exact.length, found.length);
    for (int n = 0; n < BATCH; n++) {
      double squares = 0;
      for (int i = n * classes; i < (n + 1) * classes; i++) {
        squares += (found[i] - exact[i]) * (found[i] - exact[i]);
      }
      double allowed = proved.error(n) + proved.centerError(n);
      assertTrue(Math.sqrt(squares) <= allowed, Math.sqrt(squares) + " above " + allowed);
    }
  }

  /** Lets the constants differ by a share. */
  private void assertComesBack(Classifier network, ModelProto model, double share)
      throws IOException {
    Path file = folder.resolve("first.onnx");
    Files.write(file, model.toByteArray());
    Classifier back = Onnx.read(file).classifier();
    try {
      assertEquals(network.rule(), back.rule());
      assertEquals(network.parameterCount() > 0, back.parameterCount() > 0);
      try (SoundCertifier first = proof(network);
          SoundCertifier second = proof(back)) {
        for (int j = 0; j < network.classes(); j++) {
          for (int i = 0; i < j; i++) {
            double constant = first.constants().of(j, i);
            assertEquals(constant, second.constants().of(j, i), share * constant);
          }
        }
      }
      assertEquals(weights(model), weights(written(back, "second.onnx")));
    } finally {
      back.close();
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
        "WRN-10-1",
        "WRN-10-1 avg"
      })
  void everyModelOfTheKitIsWritten(String name) throws IOException {
    Classifier network = frozen(Models.create(name, 8, 5, 1), 3, 8, 8);
    ModelProto model = written(network, "model.onnx");
    assertRunsElsewhere(network, model);
    assertComesBack(network, model, name.startsWith("BRONet") ? 1e-3 : 1e-12);
    assertEquals(model, written(network, "again.onnx"));
  }

  /** Its constant rests on how its parts belong together, which no reader of ONNX knows. */
  @Test
  void aConstantThatOnlyTheKitKnowsIsInTheMetadata() throws IOException {
    Classifier network = frozen(Models.create("SLL L1 W4 D8", 8, 5, 1), 3, 8, 8);
    ModelProto model = written(network, "model.onnx");
    assertRunsElsewhere(network, model);
    Classifier back = Onnx.read(folder.resolve("model.onnx")).classifier();
    try (SoundCertifier first = proof(network);
        SoundCertifier second = proof(back)) {
      assertTrue(second.body().value() > first.body().value());
      assertEquals(
          first.body().value(),
          Double.parseDouble(metadata(model).get("lipkit.body").split(" ")[0]),
          1e-11 * first.body().value());
    }
    back.close();
  }

  private static Map<String, String> metadata(ModelProto model) {
    return model.getMetadataPropsList().stream()
        .collect(
            Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
  }

  @TestFactory
  Stream<DynamicTest> everyLayerIsWritten() {
    Map<String, Supplier<Layer>> layers = new LinkedHashMap<>();
    WeightInit lecun = WeightInit.LECUN;
    layers.put("Convolution of stride 2", () -> new Convolution(6, 3, 2, 1));
    layers.put("Convolution in groups", () -> new Convolution(6, 3, 1, 0, 2, lecun));
    layers.put("Convolution of one pixel", () -> new Convolution(3, 1, 3, 2));
    layers.put("BatchNorm", BatchNorm::new);
    layers.put("ChannelAffine", ChannelAffine::new);
    layers.put("Bias per channel", Bias::perChannel);
    layers.put("Bias per entry", Bias::perEntry);
    layers.put(
        "Scale after Convolution",
        () -> new Sequential(new Convolution(4, 3, 1, 1), new Scale(0.3)));
    layers.put("Shift", () -> new Shift(-0.5));
    layers.put(
        "Standardization",
        () -> new Standardization(new double[] {.1, .2, .3, .4}, new double[] {.5, 1, 2, .3}));
    layers.put("Relu", Relu::new);
    layers.put("LeakyRelu", () -> new LeakyRelu(0.2));
    layers.put("Abs", Abs::new);
    layers.put("Abs of some", () -> new Abs(0.5));
    layers.put("MinMax", MinMax::new);
    layers.put("GroupSort", () -> new GroupSort(2));
    layers.put("GroupSort of all", () -> new GroupSort(4));
    layers.put("MaxPooling", () -> new MaxPooling(3, 2, 1));
    layers.put(
        "MaxPooling of unlike windows",
        () -> new MaxPooling(new Window(2, 1, 2, 1, 0), new Window(3, 2, 1, 0, 2)));
    layers.put("AveragePooling", () -> new AveragePooling(2, 2));
    layers.put(
        "AveragePooling with padding",
        () -> new AveragePooling(new Window(3, 2, 1), new Window(2, 1, 1, 0, 1)));
    layers.put("L2NormPooling", () -> new L2NormPooling(2, 2, 0));
    layers.put("GlobalAveragePooling", GlobalAveragePooling::new);
    layers.put("InvertibleDownsampling", () -> new InvertibleDownsampling(2));
    layers.put("ChannelShift", () -> new ChannelShift(0.25));
    layers.put("LinearResidual", () -> new LinearResidual(0.5));
    layers.put("Residual", () -> new Residual(new Convolution(4, 3, 1, 1)));
    layers.put(
        "SumOfBranches",
        () -> new SumOfBranches(new Convolution(2, 1, 2, 0), new Convolution(2, 3, 2, 1)));
    layers.put(
        "convex sum",
        () -> SumOfBranches.convex(new Convolution(4, 1, 1, 0), new Relu(), 0.3, true));
    layers.put(
        "Concatenation",
        () -> new Concatenation(new Convolution(3, 3, 1, 1), new Identity(), new Relu()));
    layers.put("a permutation of one's own", () -> Numerics.own(x -> x.flip(2)));
    layers.put("a layer of one's own that does nothing", () -> Numerics.own(x -> x));
    return layers.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(entry.getKey(), () -> checkLayer(entry.getValue().get())));
  }

  private void checkLayer(Layer layer) throws IOException {
    boolean isFlat = layer instanceof GlobalAveragePooling;
    List<Layer> body =
        isFlat ? List.of(new Shift(-0.5), layer) : List.of(new Shift(-0.5), layer, new Flatten());
    Classifier network =
        frozen(new Classifier(new Sequential(body), new Dense(3), MarginRule.PAIRWISE), 4, 6, 6);
    ModelProto model = written(network, "model.onnx");
    assertRunsElsewhere(network, model);
    assertComesBack(network, model, 1e-12);
  }

  @TestFactory
  Stream<DynamicTest> whatOnnxHasNoOperatorForIsRefused() {
    Map<String, Layer> layers = new LinkedHashMap<>();
    layers.put("Householder", new Householder());
    layers.put("Soc", new Soc(4, 3, 5, WeightInit.LECUN));
    layers.put("Layer", Numerics.own(x -> x.maximum(x.flip(1))));
    layers.put("Layer ", Numerics.own(NDArray::abs));
    return layers.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      Classifier network =
                          frozen(
                              Classifier.of(entry.getValue(), new Flatten(), new Dense(3)),
                              4,
                              6,
                              6);
                      Exception refusal =
                          assertThrows(
                              IllegalArgumentException.class,
                              () -> written(network, "refused.onnx"));
                      String message = refusal.getMessage();
                      assertTrue(message.contains("A " + entry.getKey().strip()), message);
                      assertFalse(message.contains("\n"), message);
                      assertFalse(Files.exists(folder.resolve("refused.onnx")));
                    }));
  }

  @Test
  void noDecimalNumberIsBelowItsConstant() throws IOException {
    Classifier network = frozen(Models.create("2C2F", 8, 5, 1), 1, 8, 8);
    Map<String, String> entries = metadata(written(network, "model.onnx"));
    try (SoundCertifier proof = proof(network)) {
      assertEquals("LipKit certificate 1", entries.get("lipkit.format"));
      assertEquals(network.sha256(), entries.get("lipkit.network.sha256"));
      assertEquals("pairwise", entries.get("lipkit.margins"));
      assertEquals(proof.engine().toString(), entries.get("lipkit.engine"));
      assertEquals(4, entries.get("lipkit.norms").lines().count());
      assertTrue(entries.get("lipkit.norms").lines().allMatch(line -> line.contains(" upper ")));
      List<String> rows = entries.get("lipkit.constants").lines().toList();
      assertEquals(5, rows.size());
      for (int j = 0; j < 5; j++) {
        String[] row = rows.get(j).split(" ");
        assertEquals("0", row[j]);
        for (int i = 0; i < j; i++) {
          BigDecimal constant = new BigDecimal(proof.constants().of(j, i));
          assertTrue(new BigDecimal(row[i]).compareTo(constant) >= 0, row[i]);
          assertEquals(constant.doubleValue(), Double.parseDouble(row[i]), 1e-10);
        }
      }
    }
  }

  @Test
  void weightsThatChangedAfterTheProofAreNotWritten() {
    Classifier network = frozen(Models.create("2C2F", 8, 5, 1), 1, 8, 8);
    try (SoundCertifier proof = proof(network)) {
      NDArray weight = network.state().values().iterator().next();
      Tensors.copy(weight.mul(2f), weight);
      Path file = folder.resolve("changed.onnx");
      assertThrows(IllegalStateException.class, () -> Onnx.write(file, proof));
      assertFalse(Files.exists(file));
    }
  }

  @Test
  void whatWasImportedIsExportedAsItIs() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      RandomGraphsTest.RandomGraph random = new RandomGraphsTest.RandomGraph(seed);
      Path file = folder.resolve("foreign.onnx");
      Graphs.written(random.graphs.model(random.y), file);
      Classifier network = Onnx.read(file).classifier();
      ModelProto model = written(network, "model.onnx");
      assertRunsElsewhere(network, model);
      assertComesBack(network, model, 1e-12);
      network.close();
    }
  }
}
