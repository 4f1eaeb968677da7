package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.Numerics;
import org.lipkit.bound.BlockDiagonalMap;
import org.lipkit.bound.Bound;
import org.lipkit.bound.DenseMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.bound.NormMethod;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.io.Npz;
import org.lipkit.tensor.Tensors;

/** A form of one's own is frozen and proved only where it is all that the forward pass computes. */
class OwnFormsTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @TempDir private Path folder;

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  /** A layer with a trained gain and a remembered level, (1) each, and any form. */
  private static final class Own extends Layer {

    final Parameter gain = trained("gain", WeightInit.constant(0.5), input -> new Shape(1));
    final Parameter level = remembered("level", WeightInit.constant(0.5), input -> new Shape(1));
    private final Function<Own, Form> form;

    Own(Function<Own, Form> form) {
      this.form = form;
    }

    NDArray gain() {
      return gain.getArray();
    }

    @Override
    public Form form(Pass pass) {
      return form.apply(this);
    }
  }

  private static RoundingModel product(NDArray gain) {
    return new SummationModel("Own", 1, 1, x -> x.mul(gain), x -> x.mul(gain.abs()));
  }

  private static Classifier network(Layer own) {
    return Classifier.of(new Flatten(), new Dense(4), own, new Dense(2))
        .initialize(MANAGER, DataType.FLOAT32, new Shape(2, 1, 1));
  }

  private static void refused(String part, Executable attempt) {
    String message = assertThrows(IllegalArgumentException.class, attempt).getMessage();
    assertTrue(message.contains(part), message);
    assertFalse(message.contains("\n"), message);
  }

  private static void unnamed(Function<Own, Form> form) {
    Classifier network = network(new Own(form));
    refused("Own computes with weights that its form does not name", network::frozen);
    refused("form does not name", () -> new SoundCertifier(network).close());
  }

  @Test
  void arraysThatTheFormDoesNotNameAreRefused() {
    unnamed(own -> own.exact(x -> x.mul(own.gain())));
    unnamed(own -> own.exact(x -> x.mul(own.level.getArray())));
    unnamed(own -> own.exact(x -> x.mul(Tensors.scalar(x, Tensors.toDouble(own.gain())))));
    unnamed(own -> own.rounded(product(own.gain())));
    unnamed(
        own ->
            new Form.Chain(
                List.of(
                    own.exact(
                        x -> x.minimum(Tensors.scalar(x, Tensors.toDouble(own.level.getArray())))),
                    DiagonalLayer.diagonal("Own", own.gain(), own.gain(), own.inputShape()))));
    unnamed(
        own -> {
          NDArray derived = own.gain().exp();
          return own.exact(x -> x.minimum(derived));
        });
    unnamed(
        own ->
            new Form.Rounded(own, 1, List.of(own.gain()), named -> product(own.level.getArray())));
    unnamed(
        own ->
            new Form.Bounded(
                own.exact(x -> x.mul(own.gain())), (inner, method) -> Bound.upper(1, "own")));
  }

  @Test
  void arraysThatTheFormNamesAreFrozen() {
    Classifier network =
        network(
            new Own(
                own ->
                    new Form.Rounded(own, 1, List.of(own.gain()), named -> product(named.get(0)))));
    Classifier frozen = network.frozen();
    NDArray x = MANAGER.ones(new Shape(1, 2, 1, 1));
    float[] before = frozen.apply(x).toFloatArray();
    assertArrayEquals(network.apply(x).toFloatArray(), before, 1e-6f);
    network.trainable().forEach(weight -> Tensors.copy(weight.mul(2f), weight));
    assertArrayEquals(before, frozen.apply(x).toFloatArray());
  }

  @Test
  void freezingChangesNoBitOfTheOrigin() {
    Classifier network = network(new BatchNorm());
    String before = network.sha256();
    network.frozen();
    assertEquals(before, network.sha256());
    Classifier failing =
        network(
            new Own(
                own ->
                    own.exact(
                        x -> {
                          if (Tensors.toDouble(own.gain()) != 0.5) {
                            throw new IllegalArgumentException("another gain");
                          }
                          return x;
                        })));
    String first = failing.sha256();
    refused("another gain", failing::frozen);
    assertEquals(first, failing.sha256());
  }

  @Test
  void aConstantThatDoesNotFollowFromTheFormIsRefused() {
    Function<Form.Constant, Classifier> bounded =
        constant ->
            network(
                new Own(
                    own ->
                        new Form.Bounded(
                            DiagonalLayer.diagonal(
                                "Own", own.gain(), own.level.getArray(), own.inputShape()),
                            constant)));
    refused(
        "does not follow from the arrays",
        () -> bounded.apply((inner, method) -> Bound.upper(1, "own")).frozen());
    bounded.apply((inner, method) -> FormBound.of(inner, method)).frozen();
  }

  /** {@code x W^T + b} with a map, offset and output shape of one's own. */
  private static final class OwnLinear extends LinearLayer {

    private final Parameter weight;
    private final long outputs;
    private final long says;

    OwnLinear(long rows, long outputs, long says) {
      weight = trained("weight", WeightInit.LECUN, input -> new Shape(rows, input.get(0)));
      this.outputs = outputs;
      this.says = says;
    }

    @Override
    public NDArray weight() {
      return weight.getArray();
    }

    @Override
    public NDArray offset() {
      return weight().getManager().zeros(new Shape(outputs), weight().getDataType());
    }

    @Override
    public LinearMap map(NDArray w) {
      return says == 3 ? new DenseMap(w.mul(Tensors.scalar(w, 0.1))) : new DenseMap(w);
    }

    @Override
    public Shape outputShape(Shape input) {
      return new Shape(says);
    }
  }

  @Test
  void linearMapsThatComputeAndOffsetsThatEnlargeAreNotProved() {
    refused("does not multiply with its weight", () -> certify(new OwnLinear(3, 3, 3)));
    refused("which enlarges them", () -> certify(new OwnLinear(1, 5, 5)));
    certify(new OwnLinear(4, 4, 4));
    refused(
        "let both have one shape",
        () ->
            certify(
                new Layer() {
                  @Override
                  public Form form(Pass pass) {
                    return new Form.Sum("Own", Form.IDENTITY, exact(x -> x.get(":, 0:1")));
                  }
                }));
  }

  private static void certify(Layer layer) {
    try (SoundCertifier certifier = new SoundCertifier(network(layer))) {
      certifier.certify(MadeUp.twoMoons(1).test().evenlySpaced(3));
    }
  }

  /** Two layers one after the other, both laid out for the inputs of the first. */
  private static final class Careless extends Layer {

    private final Layer first;
    private final Layer second;

    Careless(Layer first, Layer second) {
      this.first = addChildBlock("first", first);
      this.second = addChildBlock("second", second);
    }

    @Override
    protected void layOutChildren(Shape input) {
      first.layOut(input);
      second.layOut(input);
    }

    @Override
    public Shape outputShape(Shape input) {
      return second.outputShape(first.outputShape(input));
    }

    @Override
    public Form form(Pass pass) {
      return new Form.Chain(List.of(first.form(pass), second.form(pass)));
    }
  }

  /** Their bounds would be those of layers on smaller or larger images. */
  @Test
  void partsThatAreLaidOutForOtherInputsAreRefused() {
    for (Layer second :
        List.of(
            new GlobalAveragePooling(),
            new AveragePooling(2, 1),
            new L2NormPooling(2, 1, 0),
            new MaxPooling(2, 1, 0),
            new Convolution(1, 3, 1, 1),
            new LinearResidual(1))) {
      Classifier network =
          Classifier.of(
                  new Careless(new Convolution(1, 4, 4, 0), second), new Flatten(), new Dense(2))
              .initialize(MANAGER, DataType.FLOAT32, new Shape(1, 8, 8));
      refused("for inputs of shape (1, 8, 8), not (1, 2, 2)", network::frozen);
      refused("not (1, 2, 2)", () -> network.apply(MANAGER.ones(new Shape(1, 1, 8, 8))));
    }
    refused("for inputs of shape (4, 1), not (1, 1)", network(blocksOfOneInput())::frozen);
  }

  /** Four matrices side by side that read one block, which the engine would hand to all of them. */
  private static Own blocksOfOneInput() {
    return new Own(
        own ->
            new Form.Chain(
                List.of(
                    own.exact(x -> x.get(":, 0:1").reshape(-1, 1, 1)),
                    new Form.Linear(
                        "Own",
                        own.gain().broadcast(4).reshape(4, 1),
                        MANAGER.zeros(new Shape(1)),
                        w -> new BlockDiagonalMap(w, 4),
                        Form.Estimate.ONE),
                    own.exact(x -> x.reshape(-1, 4)))));
  }

  @Test
  void everyLayerChecksItsInputInEvaluationToo() {
    Classifier network = network(new OwnLinear(5, 5, 4));
    NDArray x = MANAGER.ones(new Shape(1, 2, 1, 1));
    refused("inputs of shape (4), not (5)", () -> network.apply(x));
    refused("its output has the shape (4), but it gives (5)", network::frozen);
  }

  @Test
  void evaluationRemembersNothing() {
    Parameter vector = network(new Own(own -> Form.IDENTITY)).getParameters().get(0).getValue();
    assertThrows(
        IllegalStateException.class,
        () -> Pass.EVALUATION.remember(vector, MANAGER.ones(new Shape(1))));
    assertThrows(IllegalStateException.class, () -> Pass.EVALUATION.keep(this, "statistic"));
  }

  @Test
  void aFileWithOtherNamesMustGiveEveryArrayButTheVectors() {
    Classifier trained = network(new BatchNorm());
    Classifier frozen = trained.frozen();
    Path file = folder.resolve("theirs.npz");
    for (Classifier network : List.of(trained, frozen)) {
      Map<String, String> names =
          network.state().keySet().stream()
              .filter(name -> !name.endsWith("vector"))
              .collect(Collectors.toMap(name -> name, name -> "their " + name));
      Map<String, NDArray> contents = new TreeMap<>();
      names.forEach((ours, theirs) -> contents.put(theirs, network.state().get(ours)));
      Npz.save(file, contents);
      network.load(file, names);
      for (String name : names.keySet()) {
        Map<String, String> fewer = new TreeMap<>(names);
        fewer.remove(name);
        refused(name, () -> network.load(file, fewer));
      }
    }
  }

  @Test
  void everyTypeHasAChecksum() {
    Classifier network =
        Classifier.of(new Flatten(), new Dense(2))
            .initialize(MANAGER, DataType.FLOAT64, new Shape(2, 1, 1));
    String before = network.sha256();
    assertEquals(64, before.length());
    network.trainable().get(0).addi(1e-12);
    assertNotEquals(before, network.sha256());
  }

  @Test
  void aCertifierOwnsWhatItFreezes() {
    NDManager own = Tensors.newManager();
    Classifier network =
        Classifier.of(new Flatten(), new Dense(4), new MinMax(), new Dense(2))
            .initialize(own, DataType.FLOAT32, new Shape(2, 1, 1));
    SoundCertifier certifier = new SoundCertifier(network);
    own.close();
    assertEquals(3, certifier.certify(MadeUp.twoMoons(1).test().evenlySpaced(3)).size());
    NDArray constant = certifier.classifier().state().values().iterator().next();
    certifier.close();
    assertThrows(IllegalStateException.class, constant::toFloatArray);
  }

  @Test
  void aCertifierThatFailsFreesEverything() {
    NDManager[] used = new NDManager[1];
    NormMethod failing =
        map -> {
          used[0] = ((DenseMap) map).matrix().getManager();
          throw new IllegalArgumentException("no norm today");
        };
    refused("no norm", () -> new SoundCertifier(network(new MinMax()), failing));
    assertFalse(used[0].isOpen());
  }

  @Test
  void impossibleSizesAndNumbersAreOneSentence() {
    for (long[] empty : new long[][] {{0, 8, 8}, {1, 8, 0}, {-1, 8, 8}}) {
      refused(
          "at least 1",
          () -> Numerics.initialized(new Sequential(new Flatten(), new Dense(2)), MANAGER, empty));
    }
    refused(
        "at most 2147483647 entries",
        () -> Numerics.initialized(new Convolution(1, 90_001, 1, 45_000), MANAGER, 1, 8, 8));
    int half = 1 << 30;
    refused(
        "at most 2147483647 entries",
        () ->
            Numerics.initialized(
                new Sequential(new Convolution(1, 1, 1, half), new Flatten()), MANAGER, 1, 8, 8));
    refused("finite", () -> new Scale(Double.NaN));
    refused("finite", () -> new Shift(1e300));
    refused("finite", () -> new LinearResidual(Double.NEGATIVE_INFINITY));
    refused("finite", () -> WeightInit.gaussian(Double.NaN));
    refused(
        "6 first values, not 2",
        () -> Numerics.initialized(new Dense(2, WeightInit.of(1, 2)), MANAGER, 3));
  }

  @Test
  void aLayerThatRoundsMoreThanItSaysIsFoundOut() {
    Layer coarse =
        new Layer() {
          @Override
          public Form form(Pass pass) {
            return rounded(
                new SummationModel("Coarse", 1, 1, x -> x.add(1e8f).sub(1e8f), NDArray::abs));
          }
        };
    Classifier network = network(coarse);
    try (SoundCertifier certifier = new SoundCertifier(network)) {
      IllegalStateException refusal =
          assertThrows(
              IllegalStateException.class,
              () -> certifier.certify(Images.of(new float[][] {{0.3f, 0.9f}}, 0)));
      assertTrue(refusal.getMessage().contains("says less than it rounds"), refusal.getMessage());
    }
  }
}
