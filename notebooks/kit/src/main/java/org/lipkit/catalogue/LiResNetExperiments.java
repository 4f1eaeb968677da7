package org.lipkit.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Scale;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Settings;

/**
 * CIFAR-10 with the networks of Hu et al. 2023 at radius 36/255: the best model, the sweep over
 * depth, and single parts taken away from {@code precision-liresnet-bfloat16-1}.
 */
final class LiResNetExperiments {

  /** The radius of the paper's CIFAR and ImageNet tables. */
  static final double RADIUS = 36 / 255.0;

  /** The full training radius from the first step. */
  private static final RadiusRamp WHOLE =
      new RadiusRamp(1.5 * RADIUS, 1.5 * RADIUS, 1, RadiusRamp.Shape.LINEAR);

  private LiResNetExperiments() {}

  static List<Experiment> all() {
    List<Experiment> all = new ArrayList<>();
    all.add(
        emma(
            "cifar10-liresnet-emma", Scale.SMOKE, 1000, 500, "LiResNet L2 W4 D32", training(2), 1));
    all.add(
        emma(
            "cifar10-liresnet-emma",
            Scale.LAPTOP,
            0,
            0,
            "LiResNet L3 W64",
            training(120, 128, 2e-3, 3).inMixedPrecision(),
            10));
    all.add(published("cifar10-liresnet-emma", "LiResNet L12 W512", published()));
    for (int depth : new int[] {1, 2, 4, 8, 16}) {
      for (String net : List.of("ConvNet", "ResNet", "LiResNet")) {
        String name = "depth-" + net.toLowerCase(Locale.ROOT) + "-" + depth;
        String blocks = net + " L" + depth;
        all.add(small(name, blocks + " W4 D32", training(2)));
        all.add(laptop(name, blocks + " W16 D128", training(10)));
        all.add(published(name, blocks + " W512", published()));
      }
    }
    all.addAll(part("part-sll-block", "SLL", UnaryOperator.identity()));
    all.addAll(part("part-no-scale", "LiResNet-unscaled", UnaryOperator.identity()));
    all.addAll(part("part-no-ramp", "LiResNet", settings -> settings.withRadius(WHOLE)));
    for (int iterations : new int[] {3, 10}) {
      String name = "part-" + iterations + "-iterations";
      all.addAll(part(name, "LiResNet", settings -> settings.withPowerIterations(iterations)));
    }
    return all;
  }

  /** A laptop recipe of any length, in mixed precision. */
  static Settings training(int epochs) {
    int batch = epochs <= 2 ? 64 : 256;
    return training(epochs, batch, 2e-3, 1).inMixedPrecision();
  }

  private static Settings training(int epochs, int batch, double rate, int powerIterations) {
    return new Settings(
        epochs, batch, rate, epochs / 40.0, 1e-4, 3, powerIterations, ramp(RADIUS, 1.5, epochs));
  }

  /** Section 5 of the paper: 800 epochs, 20 of them to warm up, 10 power iterations a step. */
  static Settings published() {
    return training(800, 256, 1e-3, 10);
  }

  /** The papers' ramp of the training radius, from a tenth of the radius in half the epochs. */
  static RadiusRamp ramp(double radius, double factor, int epochs) {
    return new RadiusRamp(0.1 * radius, factor * radius, epochs / 2.0, RadiusRamp.Shape.LINEAR);
  }

  private static List<Experiment> part(String name, String net, UnaryOperator<Settings> change) {
    return List.of(
        small(name, net + " L2 W4 D32", change.apply(training(2))),
        laptop(name, net + " L4 W32 D256", change.apply(training(10))),
        published(name, net + " L12 W512", change.apply(published())));
  }

  private static Experiment small(String name, String model, Settings settings) {
    return emma(name, Scale.SMOKE, 500, 100, model, settings, 1);
  }

  private static Experiment laptop(String name, String model, Settings settings) {
    return emma(name, Scale.LAPTOP, 25_000, 2500, model, settings, 5);
  }

  private static Experiment published(String name, String model, Settings settings) {
    return emma(name, Scale.PAPER, 0, 0, model, settings, 10);
  }

  private static Experiment emma(
      String name, Scale scale, int train, int test, String model, Settings settings, int every) {
    return emma(name, scale, train, test, model, settings, every, 1);
  }

  static Experiment emma(
      String name,
      Scale scale,
      int train,
      int test,
      String model,
      Settings training,
      int every,
      long seed) {
    return new Experiment(
        name, scale, "cifar-10", train, test, 4, model, "EMMA", training, RADIUS, every, seed);
  }
}
