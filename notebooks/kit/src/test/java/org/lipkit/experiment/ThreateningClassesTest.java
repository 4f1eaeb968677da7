package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.Numerics;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.Sequential;
import org.lipkit.tensor.Tensors;

class ThreateningClassesTest {

  @TempDir Path folder;

  /** Logits that are the same for all images. */
  private static Classifier constant(NDManager manager, float... logits) {
    SplittableRandom random = new SplittableRandom(1);
    Dense head = new Dense(4, Numerics.values(new double[4 * 3 * 8 * 8]));
    Classifier classifier =
        new Classifier(new Sequential(List.of(new Flatten())), head, MarginRule.PAIRWISE)
            .initialize(manager, DataType.FLOAT32, new Shape(3, 8, 8));
    Tensors.copy(manager.create(logits), head.bias());
    return classifier;
  }

  @Test
  void itIsTheShareOfSamplesWithAnotherRunnerUp() {
    Path file = folder.resolve("rivals.json");
    Images images = MadeUp.textures(8, 4, 1).train().evenlySpaced(400);
    try (NDManager manager = Tensors.newManager()) {
      ThreateningClasses threatening = new ThreateningClasses(file);
      Classifier first = constant(manager, 3, 2, 1, 0);
      assertNull(threatening.rotation(1, first, images, manager));
      assertEquals(0, threatening.rotation(2, first, images, manager));
      // Labels 0 and 1 keep each other as rival, labels 2 and 3 change from 0 to 1.
      Classifier second = constant(manager, 2, 3, 1, 0);
      double share = IntStream.range(0, 400).filter(n -> images.label(n) > 1).count() / 400.0;
      assertEquals(share, threatening.rotation(3, second, images, manager));
      // A run that was killed and goes on repeats its last epoch.
      ThreateningClasses reopened = new ThreateningClasses(file);
      assertEquals(share, reopened.rotation(3, second, images, manager));
      Classifier third = constant(manager, 0, 1, 2, 3);
      assertEquals(1, reopened.rotation(4, third, images, manager));
      assertNull(new ThreateningClasses(file).rotation(1, first, images, manager));
    }
  }
}
