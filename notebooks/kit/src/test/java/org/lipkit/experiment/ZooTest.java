package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Recipe;
import org.lipkit.train.TrainingListener;

class ZooTest {

  @TempDir private Path results;

  @Test
  void aRecordedModelCertifiesAsItsRecordSays() {
    Experiment experiment =
        Experiment.named("zoo")
            .scale(RunScale.SMOKE)
            .data("strokes")
            .trainImages(100)
            .testImages(20)
            .model("LiResNet L1 W4 D16")
            .recipe(
                Recipe.radius(new RadiusRamp.Linear(0.045, 0.45, 1))
                    .epochs(1)
                    .batch(50)
                    .rate(2e-3)
                    .warmup(0))
            .radius(0.3);
    Path folder = results.resolve("zoo/smoke");
    Run run = Runner.run(experiment, folder, TrainingListener.SILENT);
    assertEquals(List.of(run), Results.recorded(results));
    try (NDManager manager = Tensors.newManager()) {
      Zoo zoo = Zoo.load(folder, manager);
      List<SoundCertificate> proofs = zoo.certifier().certify(run.dataset().test());
      for (Sample sample : run.samples()) {
        assertEquals(sample, sample.withCertified(proofs.get(sample.index())));
      }
    }
  }

  @Test
  void aModelOfTheCheckoutLoadsByItsName() {
    assertTrue(Zoo.names().contains("mnist-2c2f-fixed-margin"));
    try (NDManager manager = Tensors.newManager()) {
      Zoo zoo = Zoo.load("mnist-2c2f-fixed-margin", manager);
      assertEquals("mnist-2c2f-fixed-margin", zoo.run().experiment().name());
    }
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    try (NDManager manager = Tensors.newManager()) {
      Exception refusal =
          assertThrows(IllegalArgumentException.class, () -> Zoo.load("nothing", manager));
      assertTrue(refusal.getMessage().contains("mnist-2c2f-emma"), refusal::getMessage);
    }
  }
}
