package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.train.TrainingListener;

class ZooTest {

  @TempDir private Path results;

  @Test
  void aRecordedModelCertifiesAsItsRecordSays() {
    Path folder = results.resolve("zoo/smoke");
    Run run = Runner.run(SmokeExperiment.named("zoo"), folder, TrainingListener.SILENT);
    assertEquals(List.of(run), Results.recorded(results));
    try (Zoo zoo = Zoo.load(folder)) {
      List<SoundCertificate> proofs = zoo.certifier().certify(run.dataset().test());
      for (Sample sample : run.samples()) {
        assertEquals(sample, sample.withCertified(proofs.get(sample.index())));
      }
    }
  }

  @Test
  void aClosedModelHasFreedItsWeights() {
    Path folder = results.resolve("zoo/smoke");
    Runner.run(SmokeExperiment.named("zoo"), folder, TrainingListener.SILENT);
    Zoo zoo = Zoo.load(folder);
    List<NDArray> weights = List.copyOf(zoo.classifier().state().values());
    assertFalse(weights.isEmpty());
    zoo.close();
    assertTrue(weights.stream().allMatch(NDArray::isReleased));
  }

  /** One that keeps its checksum, so that only the estimate tells. */
  @Test
  void aConstantBelowTheEstimateIsRefused() throws IOException {
    Path folder = results.resolve("zoo/smoke");
    Run run = Runner.run(SmokeExperiment.named("zoo"), folder, TrainingListener.SILENT);
    double estimate = run.record().network().lipschitz().value();
    Path record = folder.resolve("run.json");
    String json = Files.readString(record);
    Files.writeString(
        record, json.replace("" + run.record().certification().lipschitz().value(), "0.5"));
    assertTrue(estimate > 0.5);
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> Zoo.load(folder));
    assertTrue(refusal.getMessage().contains("below the estimated"), refusal::getMessage);
    String norms = "norms.properties";
    Files.writeString(record, json);
    Files.writeString(
        folder.resolve(norms),
        Files.readString(folder.resolve(norms)).replaceAll("=0x[0-9a-f.]+p", "=0x1.0p-9"));
    refusal = assertThrows(IllegalArgumentException.class, () -> Zoo.load(folder));
    assertTrue(refusal.getMessage().contains(norms), refusal::getMessage);
    assertThrows(
        IllegalArgumentException.class,
        () -> RunCertifier.certify(Run.load(folder), TrainingListener.SILENT));
    assertEquals(run.samples(), Run.load(folder).samples());
  }

  @Test
  void aModelOfTheCheckoutLoadsByItsName() {
    assertTrue(Zoo.names().contains("mnist-2c2f-fixed-margin"));
    try (Zoo zoo = Zoo.load("mnist-2c2f-fixed-margin")) {
      assertEquals("mnist-2c2f-fixed-margin", zoo.run().experiment().name());
    }
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> Zoo.load("nothing"));
    assertTrue(refusal.getMessage().contains("mnist-2c2f-emma"), refusal::getMessage);
  }
}
