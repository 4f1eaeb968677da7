package org.lipkit.experiment;

import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Recipe;

/** An experiment of a second: a tiny network, trained on drawn strokes for one epoch. */
public final class SmokeExperiment {

  private SmokeExperiment() {}

  public static Experiment named(String name) {
    return Experiment.named(name)
        .scale(RunScale.SMOKE)
        .data("strokes")
        .trainImages(100)
        .testImages(40)
        .model("LiResNet L1 W4 D8")
        .recipe(
            Recipe.radius(new RadiusRamp.Linear(0.045, 0.45, 1))
                .epochs(1)
                .batch(50)
                .rate(2e-3)
                .warmup(0))
        .radius(0.3);
  }
}
