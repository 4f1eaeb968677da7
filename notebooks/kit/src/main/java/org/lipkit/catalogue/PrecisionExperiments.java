package org.lipkit.catalogue;

import java.util.ArrayList;
import java.util.List;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.RunScale;
import org.lipkit.train.Recipe;

/** What training in bfloat16 costs in verified accuracy: the same runs in both precisions. */
final class PrecisionExperiments {

  private PrecisionExperiments() {}

  static List<Experiment> all() {
    List<Experiment> all = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      for (boolean mixed : new boolean[] {false, true}) {
        String end = (mixed ? "-bfloat16-" : "-float32-") + seed;
        Experiment mnist = LmtExperiments.mnist2c2f().name("precision-2c2f" + end);
        Experiment cifar = LiResNetExperiments.emma("precision-liresnet" + end);
        all.addAll(mnist(mnist.seed(seed).evaluateEvery(5), mixed));
        all.addAll(cifar(cifar.seed(seed), mixed));
      }
    }
    return all;
  }

  private static List<Experiment> mnist(Experiment base, boolean mixed) {
    Recipe recipe = base.recipe().mixedPrecision(mixed);
    return List.of(
        base.scale(RunScale.SMOKE).trainImages(2000).testImages(500).recipe(recipe.epochs(2)),
        base.recipe(recipe.epochs(15)),
        base.scale(RunScale.PAPER).recipe(recipe.epochs(500)));
  }

  private static List<Experiment> cifar(Experiment base, boolean mixed) {
    Recipe recipe = LiResNetExperiments.LAPTOP.mixedPrecision(mixed);
    return List.of(
        base.scale(RunScale.SMOKE)
            .trainImages(500)
            .testImages(100)
            .model("LiResNet L2 W4 D32")
            .recipe(LiResNetExperiments.SMOKE.mixedPrecision(mixed)),
        base.trainImages(25_000).model("LiResNet L4 W32 D256").recipe(recipe.epochs(10)),
        base.scale(RunScale.PAPER).model("LiResNet L12 W512").recipe(recipe.epochs(800)));
  }
}
