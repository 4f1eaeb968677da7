package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.lipkit.attack.Attack;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.DeepFool;
import org.lipkit.attack.Victim;
import org.lipkit.bound.PowerIteration;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Certifier;
import org.lipkit.certify.LayerNorms;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Batch;
import org.lipkit.data.Batches;
import org.lipkit.data.Dataset;
import org.lipkit.data.Datasets;
import org.lipkit.data.ImageShape;
import org.lipkit.data.Images;
import org.lipkit.io.ArrayFile;
import org.lipkit.layer.orthogonal.ReparametrizedDense;
import org.lipkit.layer.orthogonal.Sll;
import org.lipkit.loss.Emma;
import org.lipkit.loss.Loss;
import org.lipkit.model.Models;
import org.lipkit.onnx.Onnx;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.Lookahead;
import org.lipkit.train.Recipe;
import org.lipkit.train.Trainer;

/** What is missing, empty or too large is told in one sentence where it comes in. */
class MissingArgumentsTest {

  private static final Recipe RECIPE = Recipe.radius(0.1).epochs(1).batch(1);
  private static final Loss LOSS = new Emma();

  private final NDManager manager = Tensors.newManager();
  private final Classifier network =
      Classifier.of(new Flatten(), new Dense(2))
          .initialize(manager, DataType.FLOAT32, new Shape(1, 1, 2));
  private final Images images = Images.of(new float[][][][] {{{{0, 1}}}}, 0);

  @AfterEach
  void free() {
    manager.close();
  }

  private static void assertRefused(String part, Executable... calls) {
    for (Executable call : calls) {
      String message = assertThrows(IllegalArgumentException.class, call).getMessage();
      assertEquals(1, message.lines().count(), message);
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void whatIsNullIsNamed() {
    assertRefused(
        "must be given",
        () -> Trainer.of(null, LOSS, RECIPE),
        () -> Trainer.of(network, null, RECIPE),
        () -> Trainer.of(network, LOSS, null),
        () -> Trainer.of(network, LOSS, RECIPE).listener(null),
        () -> Trainer.of(network, LOSS, RECIPE).train(null),
        () -> RECIPE.optimizer(null),
        () -> new Lookahead(1, 0.5, null),
        () -> Loss.named("mine", null),
        () -> Loss.named(null, LOSS));
    assertRefused(
        "must be given",
        () -> Classifier.of((Layer[]) null),
        () -> new Classifier(null, new Dense(2), MarginRule.PAIRWISE),
        () -> new Classifier(new Sequential(new Flatten()), new Dense(2), null),
        () -> new Residual(null),
        () -> new SumOfBranches(null, new Relu()),
        () -> SumOfBranches.convex(new Relu(), null, 0.5, false),
        () -> new Concatenation(new Relu(), null),
        () -> new Sll(null),
        () -> new Dense(2, null),
        () -> Dense.of(null, null),
        () -> new ReparametrizedDense(2, null, WeightInit.LECUN),
        () -> network.apply(null),
        () -> Models.create(null, 8, 2, 1));
    assertRefused("Layer 2 must be given", () -> Classifier.of(new Flatten(), null, new Dense(2)));
    assertRefused(
        "must be given",
        () -> new SoundCertifier(null),
        () -> new SoundCertifier(network, null),
        () -> new Certifier(null, PowerIteration.PUBLISHED),
        () -> new Certifier(network, null),
        () -> new CertifiedAccuracy(null),
        () -> LayerNorms.of(null, LayerNorms.METHODS),
        () -> Victim.of(null),
        () -> new Attacker(network, null),
        () -> new Attacker(network, DeepFool.PUBLISHED).attack((Images) null));
    assertRefused(
        "must be given",
        () -> Images.of((float[][][][]) null),
        () -> Images.of(new float[][][][] {{{{1}}}}, (int[]) null),
        () -> Images.of(null, new int[1], (index, random, into, offset) -> {}),
        () -> Images.of(new byte[1], new int[1], null),
        () -> Batches.evaluation(null, 1),
        () -> Dataset.of("mine", null, "a", "b"),
        () -> Dataset.ofFolder(null),
        () -> Datasets.load(null),
        () -> Onnx.read(null),
        () -> ArrayFile.open(null),
        () -> network.save(null),
        () -> network.load(Path.of("weights.npz"), null));
    assertRefused("is null", () -> Images.of(new float[][][][] {{{null}}}, 0));
  }

  @Test
  void whatIsEmptyIsRefusedOrGivesNothing() {
    Images none = Images.of(new ImageShape(1, 1, 2), new int[0], (i, random, into, offset) -> {});
    assertRefused("at least one image", () -> Dataset.of("mine", none, "a", "b"));
    assertRefused(
        "at least one image",
        () -> new Batch(new float[0], new int[0], 0, 1, 1, 2),
        () -> new Batch(new float[1], new int[1], 1, 1, 1, 2),
        () -> new Batch(new float[2], new int[2], 1, 1, 1, 2));
    assertRefused("at least one input", () -> network.apply(manager.zeros(new Shape(0, 1, 1, 2))));
    assertRefused("the 0 images", () -> Trainer.of(network, LOSS, RECIPE).train(none));
    try (SoundCertifier certifier = new SoundCertifier(network)) {
      assertEquals(List.of(), certifier.certify(none));
      assertRefused("must be given", () -> certifier.certify(null));
    }
    assertEquals(List.of(), new Attacker(network, DeepFool.PUBLISHED).attack(none));
  }

  @Test
  void aLossGivesOneNumberAndAnAttackAnImage() {
    for (Loss wrong :
        List.<Loss>of(
            (y, labels, constants, eps) -> null,
            (y, labels, constants, eps) -> y,
            (y, labels, constants, eps) -> y.getManager().create(1f))) {
      assertRefused("loss", () -> Trainer.of(network, wrong, RECIPE).train(images));
    }
    assertRefused(
        "must be given",
        () -> new Attacker(network, Attack.of("mine", (v, t, random) -> null)).attack(images));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertRefused("does not fit", () -> new ImageShape(1 << 11, 1 << 10, 1 << 10));
    assertEquals(Integer.MAX_VALUE, new ImageShape(1, 1, Integer.MAX_VALUE).values());
    assertRefused("no image 1", () -> images.subset(0, 1));
    assertRefused("no image -1", () -> images.subset(-1));
    assertRefused("no image 9", () -> images.image(9));
    assertRefused("no image 9", () -> images.label(9));
    assertRefused(
        "convert it", () -> network.apply(manager.zeros(new Shape(1, 1, 1, 2), DataType.FLOAT64)));
    assertRefused(
        "convert integers",
        () -> network.apply(manager.zeros(new Shape(1, 1, 1, 2), DataType.INT32)));
    assertRefused(
        "divide pixels of 0 to 255 by 255", () -> Images.of(new float[][][][] {{{{0, 255}}}}, 0));
  }

  /** Infinite and missing values are no other units: such a sample gets no certificate. */
  @Test
  void pixelsOfOtherUnitsAreRefused() {
    float[] pixels = {0.5f, Float.NaN, Float.POSITIVE_INFINITY, 255};
    Images odd =
        Images.of(
            new ImageShape(1, 1, 2),
            new int[pixels.length],
            (index, random, into, offset) -> into[offset] = pixels[index]);
    try (SoundCertifier certifier = new SoundCertifier(network)) {
      assertEquals(3, certifier.certify(odd.subset(0, 1, 2)).size());
      assertRefused("Image 3 has the value 255.0", () -> certifier.certify(odd));
    }
  }

  @Test
  void aNetworkWithoutWeightsSaysSo() {
    Classifier drawn = Classifier.of(new Flatten(), new Dense(2));
    for (Executable call :
        List.<Executable>of(
            drawn::frozen,
            drawn::sha256,
            () -> drawn.save(Path.of("weights.npz")),
            () -> Trainer.of(drawn, LOSS, RECIPE),
            () -> new SoundCertifier(drawn))) {
      String message = assertThrows(IllegalStateException.class, call).getMessage();
      assertTrue(message.contains("initialised"), message);
    }
  }
}
