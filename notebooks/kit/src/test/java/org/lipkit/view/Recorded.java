package org.lipkit.view;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lipkit.bound.Bound;
import org.lipkit.certify.Gap;
import org.lipkit.experiment.Certification;
import org.lipkit.experiment.Epoch;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.experiment.Sample;
import org.lipkit.experiment.Scale;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Settings;

/** Records made by hand. */
final class Recorded {

  private static final Epoch EPOCH = new Epoch(1, 60, 0.5, 1e-3, 0.45, 1, 1, null, null, null);

  private Recorded() {}

  static Experiment experiment(String name, long seed) {
    return experiment(name, "EMMA", seed);
  }

  static Experiment experiment(String name, String loss, long seed) {
    RadiusRamp ramp = new RadiusRamp(0.045, 0.45, 1, RadiusRamp.Shape.LINEAR);
    Settings settings = new Settings(3, 50, 1e-3, 0, 0, 10, 1, ramp);
    return new Experiment(
        name, Scale.LAPTOP, "mnist", 0, 0, 0, "2C2F", loss, settings, 0.3, 1, seed);
  }

  /**
   * A run whose samples, all correct, have these estimated radii and nine tenths of them proved.
   */
  static Run run(Experiment experiment, float... radii) {
    List<Sample> samples =
        IntStream.range(0, radii.length)
            .mapToObj(i -> new Sample(i, 3, 3, 1, radii[i], 0.9f * radii[i], null))
            .toList();
    Bound upper = Bound.upper(1, "made by hand");
    Certification proof =
        new Certification(upper, new Gap(1, 1, 1), Map.of(), 1, Map.of(), "unknown");
    return run(experiment, RunRecord.Status.COMPLETE, upper, proof, samples);
  }

  static Run diverged(Experiment experiment) {
    return run(experiment, RunRecord.Status.DIVERGED, null, null, List.of());
  }

  private static Run run(
      Experiment experiment,
      RunRecord.Status status,
      Bound lipschitz,
      Certification proof,
      List<Sample> samples) {
    RunRecord record =
        new RunRecord(
            experiment,
            status,
            null,
            false,
            Map.of(),
            Map.of(),
            "unknown",
            "2026-01-01T00:00:00Z",
            60,
            6,
            1000,
            lipschitz,
            proof);
    return new Run(Path.of("nowhere"), record, List.of(EPOCH), samples);
  }
}
