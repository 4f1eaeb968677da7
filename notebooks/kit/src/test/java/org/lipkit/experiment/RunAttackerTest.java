package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.attack.Against;
import org.lipkit.attack.Attack;
import org.lipkit.attack.Attacked;
import org.lipkit.attack.Attacker;
import org.lipkit.attack.DeepFool;
import org.lipkit.attack.Domain;
import org.lipkit.attack.Target;
import org.lipkit.attack.Victim;
import org.lipkit.tensor.FileLock;
import org.lipkit.train.TrainingListener;

class RunAttackerTest {

  @TempDir private Path folder;

  private Run run() {
    return Runner.run(SmokeExperiment.named("attacked"), folder, TrainingListener.SILENT);
  }

  @Test
  void whatIsFoundStandsBesideTheCertificates() {
    Run before = run();
    AttackedRun attacked = RunAttacker.attack(Run.load(folder), TrainingListener.SILENT);
    assertEquals(10, attacked.samples().size());
    for (int n = 0; n < 10; n++) {
      Sample sample = attacked.samples().get(n);
      assertEquals(before.samples().get(sample.index()).estimated(), sample.estimated());
      assertEquals((float) nearest(attacked, n), sample.attackDistance());
      assertTrue(sample.radiusCertified() <= nearest(attacked, n), sample::toString);
    }
    assertEquals(36, attacked.samples().get(9).index());
    assertNull(attacked.run().samples().get(1).attackDistance());
    RadiusChain second = attacked.chain().get(1);
    assertEquals(20, second.index());
    assertEquals(nearest(attacked, 5), second.attack());
    assertEquals(attacked, RunAttacker.attack(Run.load(folder), TrainingListener.SILENT));
  }

  private static double nearest(AttackedRun attacked, int n) {
    return attacked.distances().values().stream().mapToDouble(d -> d.get(n)).min().getAsDouble();
  }

  @Test
  void anotherAttackMeetsTheSameSamplesAndIsNotRecorded() {
    run();
    AttackedRun recorded = RunAttacker.attack(Run.load(folder), TrainingListener.SILENT);
    AttackedRun more = RunAttacker.with(recorded, named("again"), TrainingListener.SILENT);
    assertEquals(
        List.of("Carlini-Wagner", "DeepFool", "again"), List.copyOf(more.distances().keySet()));
    assertEquals(recorded.distances().get("Carlini-Wagner"), more.distances().get("again"));
    assertEquals(recorded, RunAttacker.attack(Run.load(folder), TrainingListener.SILENT));
    Exception few =
        assertThrows(IllegalArgumentException.class, () -> recorded.with("few", List.of()));
    assertTrue(few.getMessage().contains("evenlySpaced(10)"), few::getMessage);
  }

  /** The recorded Carlini-Wagner attack under another name. */
  private static Attack named(String name) {
    return new Attack() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void attack(Victim victim, List<Target> targets) {
        RunAttacker.CARLINI_WAGNER.attack(victim, targets);
      }
    };
  }

  /** As published: DeepFool has no limits for pixels. */
  @Test
  void deepFoolMayLeaveTheLimitsOfPixels() {
    Run run = run();
    AttackedRun attacked = RunAttacker.attack(run, TrainingListener.SILENT);
    try (OpenRun open = new OpenRun(run)) {
      List<Double> found =
          new Attacker(open.victim(Domain.WHOLE_SPACE), DeepFool.PUBLISHED, 1)
              .attack(open.images().evenlySpaced(10), Against.PREDICTION, 10, done -> {}).stream()
                  .map(Attacked::distance)
                  .toList();
      assertEquals(found, attacked.distances().get("DeepFool"));
    }
  }

  /** Who certifies rewrites the samples as they were before; then the distances were gone. */
  @Test
  void nobodyElseWritesWhileARunIsAttackedOrCertified() {
    Run run = run();
    try (FileLock lock = Run.lock(folder, TrainingListener.SILENT)) {
      for (Executable writer :
          List.<Executable>of(
              () -> RunAttacker.attack(run, TrainingListener.SILENT),
              () -> RunCertifier.certify(run, TrainingListener.SILENT))) {
        Exception refusal = assertThrows(IllegalStateException.class, writer, lock::toString);
        assertTrue(refusal.getMessage().contains("being written"), refusal::getMessage);
      }
    }
  }

  @Test
  void whatIsFoundOutlivesACertificationAndMustBeComplete() throws IOException {
    Run before = run();
    AttackedRun attacked = RunAttacker.attack(before, TrainingListener.SILENT);
    Run after = RunCertifier.certify(before, TrainingListener.SILENT);
    assertEquals(attacked.run().samples(), after.samples());
    for (RadiusChain row : RunAttacker.attack(after, TrainingListener.SILENT).chain()) {
      assertEquals(after.samples().get(row.index()).certified().radius(), row.certified());
    }
    Path attacks = folder.resolve("attacks.csv");
    List<String> rows = Files.readAllLines(attacks);
    Files.write(attacks, rows.subList(0, 8));
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> RunAttacker.attack(Run.load(folder), TrainingListener.SILENT));
    assertTrue(refusal.getMessage().contains("7 rows instead of 10"), refusal::getMessage);
  }

  @Test
  void anInterruptedAttackRecordsNothing() {
    Run run = run();
    Thread.currentThread().interrupt();
    assertThrows(
        CancellationException.class, () -> RunAttacker.attack(run, TrainingListener.SILENT));
    assertTrue(Thread.interrupted());
    assertTrue(Files.notExists(folder.resolve("attacks.csv")));
    assertNull(Run.load(folder).samples().get(0).attackDistance());
  }

  @Test
  void anImageWithinACertifiedRadiusVoidsTheCertificate() {
    Sample sample = new Sample(7, 3, 3, 1, 0.5f, 0.5f, null);
    assertEquals(0.5f, sample.withAttack(new Attacked(7, 3, null, 0.5)).attackDistance());
    Exception violation =
        assertThrows(
            IllegalStateException.class, () -> sample.withAttack(new Attacked(7, 3, null, 0.499)));
    assertTrue(violation.getMessage().startsWith("Sample 7 is certified"), violation::getMessage);
    assertThrows(
        IllegalStateException.class, () -> sample.withAttack(new Attacked(7, 2, null, 0.6)));
  }
}
