package org.lipkit.pitfall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunScale;
import org.lipkit.experiment.Runner;
import org.lipkit.experiment.Sample;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Recipe;
import org.lipkit.train.TrainingListener;

class ZooAttackTest {

  private static final int IMAGES = 5;

  @TempDir private Path folder;

  /** Honest radii stand; a radius that was raised is found out, and again from the file. */
  @Test
  void onlyFalseRadiiAreBroken() {
    Experiment experiment =
        Experiment.named("attacked")
            .scale(RunScale.SMOKE)
            .data("strokes")
            .trainImages(100)
            .testImages(10)
            .model("LiResNet L1 W4 D8")
            .recipe(
                Recipe.radius(new RadiusRamp.Linear(0.045, 0.45, 1))
                    .epochs(1)
                    .batch(50)
                    .rate(2e-3)
                    .warmup(0))
            .radius(0.3);
    Run run = Runner.run(experiment, folder, TrainingListener.SILENT);
    ZooAttack honest = ZooAttack.of(run, IMAGES, done -> {});
    assertEquals(List.of(), honest.broken());
    assertTrue(honest.closest() > 0 && honest.closest() < 1, honest::toString);
    assertTrue(honest.samples() > 0, honest::toString);

    double factor = 2 / honest.closest();
    List<Sample> raised =
        run.samples().stream()
            .map(
                s ->
                    new Sample(
                        s.index(),
                        s.label(),
                        s.prediction(),
                        s.margin(),
                        s.radiusEstimated(),
                        (float) (factor * s.radiusCertified()),
                        null))
            .toList();
    Run edited = new Run(run.folder(), run.record(), run.history(), raised);
    ZooAttack found = ZooAttack.of(edited, IMAGES, done -> {});
    assertFalse(found.broken().isEmpty());
    ZooAttack.Broken broken = found.broken().get(0);
    assertTrue(ZooAttack.isBroken(folder, broken));
    assertFalse(
        ZooAttack.isBroken(folder, new ZooAttack.Broken(broken.index(), 1e-6, broken.there())));
  }
}
