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
import org.lipkit.train.Settings;
import org.lipkit.train.TrainingListener;

class ZooTest {

  @TempDir private Path results;

  @Test
  void aRecordedModelCertifiesAsItsRecordSays() {
    RadiusRamp ramp = new RadiusRamp(0.045, 0.45, 1, RadiusRamp.Shape.LINEAR);
    Settings settings = new Settings(1, 50, 2e-3, 0, 0, 10, 1, ramp);
    Experiment experiment =
        new Experiment(
            "zoo",
            Scale.SMOKE,
            "strokes",
            100,
            20,
            0,
            "LiResNet L1 W4 D16",
            "EMMA",
            settings,
            0.3,
            2,
            1);
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
