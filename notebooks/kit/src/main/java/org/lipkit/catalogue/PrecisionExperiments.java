package org.lipkit.catalogue;

import java.util.ArrayList;
import java.util.List;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Scale;
import org.lipkit.train.Settings;

/** What training in bfloat16 costs in verified accuracy: the same runs in both precisions. */
final class PrecisionExperiments {

  private PrecisionExperiments() {}

  static List<Experiment> all() {
    List<Experiment> all = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      for (boolean mixed : new boolean[] {false, true}) {
        String end = (mixed ? "-bfloat16-" : "-float32-") + seed;
        all.addAll(mnist("precision-2c2f" + end, mixed, seed));
        all.addAll(cifar("precision-liresnet" + end, mixed, seed));
      }
    }
    return all;
  }

  private static List<Experiment> mnist(String name, boolean mixed, int seed) {
    return List.of(
        mnist(name, Scale.SMOKE, 2000, 500, 2, mixed, seed),
        mnist(name, Scale.LAPTOP, 0, 0, 15, mixed, seed),
        mnist(name, Scale.PAPER, 0, 0, 500, mixed, seed));
  }

  private static Experiment mnist(
      String name, Scale scale, int train, int test, int epochs, boolean mixed, int seed) {
    Settings settings = precision(LmtExperiments.training2c2f(epochs), mixed);
    return LmtExperiments.mnist2c2f(name, scale, train, test, "EMMA", settings, 5, seed);
  }

  private static List<Experiment> cifar(String name, boolean mixed, int seed) {
    return List.of(
        cifar(name, Scale.SMOKE, 500, 100, "LiResNet L2 W4 D32", 2, mixed, seed),
        cifar(name, Scale.LAPTOP, 25_000, 0, "LiResNet L4 W32 D256", 10, mixed, seed),
        cifar(name, Scale.PAPER, 0, 0, "LiResNet L12 W512", 800, mixed, seed));
  }

  private static Experiment cifar(
      String name,
      Scale scale,
      int train,
      int test,
      String model,
      int epochs,
      boolean mixed,
      int seed) {
    Settings settings = precision(LiResNetExperiments.training(epochs), mixed);
    return LiResNetExperiments.emma(name, scale, train, test, model, settings, 5, seed);
  }

  private static Settings precision(Settings settings, boolean mixed) {
    return mixed ? settings.inMixedPrecision() : settings.inFloat32();
  }
}
