package org.lipkit.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Settings;

/** The papers' experiments at each scale. */
public final class Catalogue {

  private static final double CIFAR_RADIUS = 36 / 255.0;

  private static final Map<String, Map<Scale, Experiment>> ALL = new LinkedHashMap<>();

  static {
    wongNet("mnist-wong-plain", "plain", "none");
    wongNet("mnist-wong-weight-decay", "plain", "weight decay 5e-4");
    wongNet("mnist-wong-parseval", "plain", "Parseval 1e-4");
    wongNet("mnist-wong-spectral", "plain", "spectral norm 0.01");
    wongNet("mnist-wong-adversarial", "plain", "adversarial 1 10");
    wongNet("mnist-wong-lmt", "LMT", "none");
    mnist2c2f("mnist-2c2f-gloro", "GloRo");
    mnist2c2f("mnist-2c2f-emma", "EMMA");
    mnist2c2f("mnist-2c2f-fixed-margin", "fixed margin");
    cifar10LiResNet("cifar10-liresnet-emma", "EMMA");
    LmtExperiments.all().forEach(Catalogue::add);
  }

  private Catalogue() {}

  /**
   * All experiments' names.
   *
   * @return in the order of the notebooks
   */
  public static List<String> names() {
    return new ArrayList<>(ALL.keySet());
  }

  /**
   * Finds an experiment.
   *
   * @param name one of {@link #names()}
   * @param scale how large
   * @return its description
   * @throws IllegalArgumentException if the name is unknown
   */
  public static Experiment get(String name, Scale scale) {
    Map<Scale, Experiment> scales = ALL.get(name);
    if (scales == null) {
      throw new IllegalArgumentException(
          "There is no experiment \"" + name + "\"; there are " + names() + ".");
    }
    return scales.get(scale);
  }

  /**
   * Tsuzuku et al. 2018, section 6.1: c = 1, grown from 1e-5 in 5 epochs; Adam, 20 epochs. The
   * rivals' numbers are those of its comparison on SVHN, but for adversarial training: PGD in the
   * Euclidean norm, 10 steps at the radius of 1 that the results are reported at.
   */
  private static void wongNet(String name, String loss, String regularizer) {
    RadiusRamp ramp = new RadiusRamp(1e-5, 1, 5, RadiusRamp.Shape.LINEAR);
    Settings paper = new Settings(20, 50, 1e-3, 0, 0, 1e9, 1, ramp).withRegularizer(regularizer);
    RadiusRamp quick = new RadiusRamp(1e-5, 1, 1, RadiusRamp.Shape.LINEAR);
    Settings smoke = new Settings(2, 50, 1e-3, 0, 0, 1e9, 1, quick).withRegularizer(regularizer);
    add(new Experiment(name, Scale.SMOKE, "mnist", 2000, 500, 0, "Wong net", loss, smoke, 1, 1, 1));
    for (Scale scale : List.of(Scale.LAPTOP, Scale.PAPER)) {
      add(new Experiment(name, scale, "mnist", 0, 0, 0, "Wong net", loss, paper, 1, 1, 1));
    }
  }

  /** Leino et al. 2021, table 1: radius 0.3, trained at 0.45; 500 epochs there. */
  private static void mnist2c2f(String name, String loss) {
    add(mnist2c2f(name, Scale.SMOKE, 2000, 500, loss, 3, 1));
    add(mnist2c2f(name, Scale.LAPTOP, 0, 0, loss, 100, 5));
    add(mnist2c2f(name, Scale.PAPER, 0, 0, loss, 500, 10));
  }

  private static Experiment mnist2c2f(
      String name, Scale scale, int train, int test, String loss, int epochs, int every) {
    RadiusRamp ramp = new RadiusRamp(0.045, 0.45, epochs / 2.0, RadiusRamp.Shape.LINEAR);
    Settings settings = new Settings(epochs, 256, 2e-3, epochs / 20.0, 0, 1e9, 2, ramp);
    return new Experiment(
        name, scale, "mnist", train, test, 0, "2C2F", loss, settings, 0.3, every, 1);
  }

  /** Hu et al. 2023, section 5: 36/255, trained at up to 1.5 times that; L12 W512, 800 epochs. */
  private static void cifar10LiResNet(String name, String loss) {
    Settings smoke = liResNet(2, 64, 2e-3, 1).inMixedPrecision();
    Settings laptop = liResNet(100, 256, 2e-3, 1).inMixedPrecision();
    Settings paper = liResNet(800, 256, 1e-3, 10);
    add(cifar10(name, Scale.SMOKE, 1000, 500, "LiResNet L2 W8", loss, smoke, 1));
    add(cifar10(name, Scale.LAPTOP, 0, 0, "LiResNet L6 W64", loss, laptop, 10));
    add(cifar10(name, Scale.PAPER, 0, 0, "LiResNet L12 W512", loss, paper, 10));
  }

  private static Settings liResNet(int epochs, int batch, double rate, int powerIterations) {
    RadiusRamp ramp =
        new RadiusRamp(
            0.1 * CIFAR_RADIUS, 1.5 * CIFAR_RADIUS, epochs / 2.0, RadiusRamp.Shape.LINEAR);
    return new Settings(epochs, batch, rate, epochs / 40.0, 1e-4, 3, powerIterations, ramp);
  }

  private static Experiment cifar10(
      String name,
      Scale scale,
      int train,
      int test,
      String model,
      String loss,
      Settings settings,
      int every) {
    return new Experiment(
        name, scale, "cifar-10", train, test, 4, model, loss, settings, CIFAR_RADIUS, every, 1);
  }

  private static void add(Experiment experiment) {
    ALL.computeIfAbsent(experiment.name(), name -> new LinkedHashMap<>())
        .put(experiment.scale(), experiment);
  }
}
