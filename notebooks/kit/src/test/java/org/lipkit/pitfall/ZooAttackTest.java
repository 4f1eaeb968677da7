package org.lipkit.pitfall;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.data.Images;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.experiment.Runner;
import org.lipkit.experiment.Sample;
import org.lipkit.experiment.SmokeExperiment;
import org.lipkit.train.TrainingListener;

class ZooAttackTest {

  private static final int IMAGES = 5;

  @TempDir private static Path folder;

  private static Run run;

  @BeforeAll
  static void train() {
    run = Runner.run(SmokeExperiment.named("attacked"), folder, TrainingListener.SILENT);
  }

  /** Honest radii stand; a radius that was raised is found out, and again from the file. */
  @Test
  void onlyFalseRadiiAreBroken() {
    ZooAttack honest = ZooAttack.of(run, IMAGES, ZooAttack.THOROUGH, TrainingListener.SILENT);
    assertEquals(List.of(), honest.broken());
    assertTrue(honest.closest() > 0 && honest.closest() < 1, honest::toString);
    assertTrue(honest.certified() > 0, honest::toString);
    assertEquals(IMAGES, honest.images());

    double factor = 2 / honest.closest();
    Run raised = with(s -> s.prediction(), s -> (float) (factor * s.radiusCertified()));
    ZooAttack found = ZooAttack.of(raised, IMAGES, ZooAttack.THOROUGH, TrainingListener.SILENT);
    assertFalse(found.broken().isEmpty());
    ZooAttack.Broken broken = found.broken().get(0);
    assertTrue(ZooAttack.isBroken(folder, broken));
    assertFalse(
        ZooAttack.isBroken(folder, new ZooAttack.Broken(broken.index(), 1e-6, broken.there())));
  }

  private Run with(Function<Sample, Integer> prediction, Function<Sample, Float> radius) {
    List<Sample> samples =
        run.samples().stream()
            .map(
                s ->
                    new Sample(
                        s.index(),
                        s.label(),
                        prediction.apply(s),
                        s.margin(),
                        s.radiusEstimated(),
                        radius.apply(s),
                        null))
            .toList();
    return new Run(run.folder(), run.record(), run.history(), samples);
  }

  /** No attack is needed to break a certificate of a class that the program does not predict. */
  @Test
  void anotherPredictionThanTheRecordedOneBreaksTheCertificateAtDistanceZero() {
    Run edited = with(s -> (s.prediction() + 1) % 10, s -> 1e-6f);
    ZooAttack found = ZooAttack.of(edited, IMAGES, ZooAttack.THOROUGH, TrainingListener.SILENT);
    assertEquals(2 * IMAGES, found.broken().size(), "by both attacks");
    ZooAttack.Broken broken = found.broken().get(0);
    Images images = run.testImages();
    float[] sample = new float[images.channels() * images.height() * images.width()];
    images.read(broken.index(), null, sample, 0);
    assertArrayEquals(sample, broken.there());
    assertFalse(ZooAttack.isBroken(folder, broken), "the files have the right class");
  }

  @Test
  void aRadiusOfZeroClaimsNothing() {
    ZooAttack found =
        ZooAttack.of(with(s -> 0, s -> 0f), IMAGES, ZooAttack.THOROUGH, TrainingListener.SILENT);
    assertEquals(new ZooAttack(IMAGES, 0, 0, List.of()), found);
  }

  @Test
  void aRunWithoutCertificatesIsRefusedAndTheProgressIsHeard() {
    RunRecord r = run.record();
    RunRecord uncertified =
        new RunRecord(
            r.experiment(), r.data(), r.outcome(), r.network(), r.provenance(), r.earlier(), null);
    Run edited = new Run(folder, uncertified, run.history(), run.samples());
    Exception refusal =
        assertThrows(
            IllegalStateException.class,
            () -> ZooAttack.of(edited, IMAGES, ZooAttack.THOROUGH, TrainingListener.SILENT));
    assertTrue(refusal.getMessage().contains("no certificates"), refusal::getMessage);
    Set<String> heard = new TreeSet<>();
    ZooAttack.of(
        run,
        2,
        ZooAttack.THOROUGH,
        new TrainingListener() {
          @Override
          public void attacked(String attack, int done, int total) {
            heard.add(attack + " " + done + " of " + total);
          }
        });
    assertEquals(Set.of("DeepFool 2 of 2", "FAB-T 2 of 2"), heard);
  }

  /** A record knows what it has of which weights; a damaged one is refused. */
  @Test
  void whatIsRecordedNeedNotBeAttackedAgain(@TempDir Path elsewhere) {
    Path file = elsewhere.resolve("attacks.csv");
    ZooAttackRecord empty = ZooAttackRecord.load(file);
    assertTrue(empty.row(run, ZooAttack.QUICK, 1).isEmpty());
    ZooAttack found = ZooAttack.of(run, 2, ZooAttack.QUICK, TrainingListener.SILENT);
    empty.with(run, ZooAttack.QUICK, found, 0);
    ZooAttackRecord first = ZooAttackRecord.load(file);
    assertTrue(first.row(run, ZooAttack.QUICK, 2).isPresent());
    assertTrue(first.row(run, ZooAttack.QUICK, 3).isEmpty());
    assertTrue(first.row(run, ZooAttack.THOROUGH, 2).isEmpty());
    first.with(run, ZooAttack.QUICK, new ZooAttack(99, 7, 0.501, List.of()), 0);
    ZooAttackRecord second = ZooAttackRecord.load(file);
    assertTrue(second.row(run, ZooAttack.QUICK, 10_000).isPresent(), "the run has fewer images");
    assertEquals(1, second.rows().size());
    assertEquals("0.51", second.rows().get(0).closest(), "rounded up");
  }
}
