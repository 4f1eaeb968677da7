package org.lipkit.view;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lipkit.bound.Bound;
import org.lipkit.certify.Gap;
import org.lipkit.experiment.Certification;
import org.lipkit.experiment.DataOrigin;
import org.lipkit.experiment.Epoch;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Inputs;
import org.lipkit.experiment.Provenance;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.experiment.Sample;
import org.lipkit.loss.Emma;
import org.lipkit.loss.Loss;
import org.lipkit.train.Recipe;

/** Records made by hand. */
final class Recorded {

  private static final Epoch EPOCH = new Epoch(1, 60, 0.5, 1e-3, 0.45, 1, 1, null, null, null);

  private static final Provenance UNKNOWN = new Provenance(Map.of(), "unknown");

  private Recorded() {}

  static Experiment experiment(String name, long seed) {
    return experiment(name, new Emma(), seed);
  }

  static Experiment experiment(String name, Loss loss, long seed) {
    return Experiment.named(name)
        .data("mnist")
        .model("2C2F")
        .loss(loss)
        .recipe(Recipe.radius(0.45).epochs(3).batch(50).warmup(0))
        .radius(0.3)
        .seed(seed);
  }

  /**
   * A run whose samples, all correct, have these estimated radii and nine tenths of them proved.
   */
  static Run run(Experiment experiment, float... radii) {
    List<Sample> samples =
        IntStream.range(0, radii.length)
            .mapToObj(i -> new Sample(i, 3, 3, 1, radii[i], 0.9f * radii[i], null))
            .toList();
    return run(experiment, samples);
  }

  /** The same on images that the kit drew. */
  static Run madeUp(Experiment experiment, float... radii) {
    Run real = run(experiment, radii);
    RunRecord record = real.record();
    DataOrigin data = record.data();
    return new Run(
        real.folder(),
        new RunRecord(
            experiment,
            new DataOrigin(
                true, "", data.inputs(), data.trainImages(), data.testImages(), Map.of()),
            record.outcome(),
            record.network(),
            record.provenance(),
            record.earlier(),
            record.certification()),
        real.history(),
        real.samples());
  }

  /** A run of these samples. */
  static Run withSamples(Sample... samples) {
    return run(experiment("a", 1), List.of(samples));
  }

  private static Run run(Experiment experiment, List<Sample> samples) {
    Bound upper = Bound.upper(1, "made by hand");
    Certification proof = new Certification(upper, new Gap(1, 1, 1), Map.of(), 1, UNKNOWN);
    return run(experiment, RunRecord.Status.COMPLETE, upper, proof, samples);
  }

  /** Runs a test that finds no data set's files. */
  static void withoutData(Path nothing, Runnable test) {
    String previous = System.setProperty("lipkit.data", nothing.toString());
    try {
      test.run();
    } finally {
      if (previous == null) {
        System.clearProperty("lipkit.data");
      } else {
        System.setProperty("lipkit.data", previous);
      }
    }
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
            new DataOrigin(false, "", new Inputs(1, 28, 28, 10), 60_000, samples.size(), Map.of()),
            new RunRecord.Outcome(status, null, "2026-01-01T00:00:00Z", 1, 60, 6),
            new RunRecord.Network(1000, 2000, lipschitz, null),
            UNKNOWN,
            List.of(),
            proof);
    return new Run(Path.of("nowhere"), record, List.of(EPOCH), samples);
  }
}
