package org.lipkit.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.bound.Bound;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.experiment.RunScale;
import org.lipkit.experiment.Runner;
import org.lipkit.experiment.Sample;
import org.lipkit.train.TrainingListener;

class BeyondExperimentsTest {

  @TempDir private Path folder;

  /** Trained, recorded with its losses and optimizers, read again and certified. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "beyond-muon",
        "beyond-muon-decay",
        "beyond-unrolled",
        "beyond-orthogonal-end",
        "beyond-liresnet-plus",
        "beyond-bronet",
        "beyond-lipnext",
        "beyond-aol"
      })
  void isTrainedRecordedAndCertified(String name) {
    Experiment smoke =
        Catalogue.get(name, RunScale.SMOKE).data("textures-32/5").trainImages(128).testImages(20);
    Runner.run(smoke, folder, TrainingListener.SILENT);
    Run run = Run.load(folder);
    assertEquals(smoke, run.experiment());
    assertEquals(RunRecord.Status.COMPLETE, run.record().outcome().status());
    assertEquals(Bound.Kind.UPPER, run.record().certification().lipschitz().kind());
    for (Sample sample : run.samples()) {
      assertTrue(sample.certified().radius() <= sample.estimated().radius(), sample::toString);
    }
  }
}
