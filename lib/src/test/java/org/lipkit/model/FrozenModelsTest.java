package org.lipkit.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.Tensors;

/** A frozen network computes what the network computed when it was frozen, and goes on doing so. */
class FrozenModelsTest {

  private static final Shape IMAGE = new Shape(3, 16, 16);

  private final NDManager manager = Tensors.newManager();

  @TempDir private Path folder;

  @AfterEach
  void free() {
    manager.close();
  }

  private Classifier trained(String model, long seed) {
    return Models.create(model, 16, 5, seed).initialize(manager, DataType.FLOAT32, IMAGE);
  }

  private float[] logits(Classifier classifier) {
    NDArray x =
        Tensors.gaussian(
            manager, new SplittableRandom(1), new Shape(3).addAll(IMAGE), DataType.FLOAT32);
    return Tensors.withoutGradient(() -> classifier.apply(x)).toFloatArray();
  }

  static List<String> models() {
    return List.of(
        "2C2F",
        "LiResNet L2 W4",
        "ResNet L2 W4",
        "SLL L2 W4",
        "LiResNet-orthogonal L1 W4 D8",
        "LiResNet++ L1 W4 D8",
        "BRONet L1 W4 D8",
        "LipNeXt L2 W8",
        "AOL-MLP L3 W32",
        "WRN-10-1");
  }

  @ParameterizedTest
  @MethodSource("models")
  void freezingChangesNoLogitAndNoCountAndIsForGood(String model) {
    Classifier classifier = trained(model, 1);
    Classifier frozen = classifier.frozen();
    float[] before = logits(classifier);
    assertArrayEquals(before, logits(frozen));
    assertEquals(classifier.parameterCount(), frozen.parameterCount());
    assertEquals(classifier.multiplyAdds(), frozen.multiplyAdds());
    assertTrue(frozen.trainable().isEmpty());
    classifier.trainable().forEach(weight -> Tensors.copy(weight.mul(2f), weight));
    assertArrayEquals(before, logits(frozen));
  }

  @ParameterizedTest
  @MethodSource("models")
  void aFileIsLoadedOnlyByTheKindOfNetworkThatSavedIt(String model) throws IOException {
    Classifier classifier = trained(model, 1);
    Classifier frozen = classifier.frozen();
    Classifier other = trained(model, 2).frozen();
    for (String ending : List.of("npz", "safetensors")) {
      Path weights = folder.resolve("frozen." + ending);
      frozen.save(weights);
      other = trained(model, 2).frozen();
      other.load(weights);
      assertEquals(frozen.sha256(), other.sha256());
      assertArrayEquals(logits(frozen), logits(other));
      assertThrows(IllegalArgumentException.class, () -> classifier.load(weights));
      Path again = folder.resolve("again." + ending);
      other.save(again);
      assertArrayEquals(Files.readAllBytes(weights), Files.readAllBytes(again));
    }
    Path unfrozen = folder.resolve("trained.npz");
    classifier.save(unfrozen);
    Classifier kept = other;
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> kept.load(unfrozen));
    assertTrue(refusal.getMessage().contains("frozen"), refusal.getMessage());
    assertEquals(frozen.sha256(), kept.sha256());
  }

  @Test
  void weightsAreSavedInTheFormatOfTheFilesEnding() {
    Classifier frozen = trained("2C2F", 1).frozen();
    Path file = folder.resolve("weights.pth");
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> frozen.save(file));
    assertTrue(refusal.getMessage().contains(".npz or as .safetensors"), refusal.getMessage());
    assertFalse(Files.exists(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SLL L2 W4"})
  void weightsThatDoNotBelongTogetherAreNotCertified(String model) {
    Classifier frozen = trained(model, 1).frozen();
    try (SoundCertifier certifier = new SoundCertifier(frozen)) {
      String name =
          frozen.state().keySet().stream().filter(n -> n.endsWith("_weight3")).findFirst().get();
      NDArray back = frozen.state().get(name);
      Tensors.copy(back.mul(2f), back);
      Images images = MadeUp.strokes(1).test().evenlySpaced(1);
      assertThrows(IllegalStateException.class, () -> certifier.certify(images));
    }
    Exception refusal =
        assertThrows(IllegalArgumentException.class, () -> new SoundCertifier(frozen));
    assertTrue(refusal.getMessage().contains("do not belong together"), refusal.getMessage());
  }
}
