package org.lipkit.experiment;

import java.util.ArrayList;
import java.util.List;
import org.lipkit.train.LearningRateDecay;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Settings;

/** The larger experiments around LMT: the wide residual networks, and 4C3F at a large radius. */
final class LmtExperiments {

  private static final double SMALL_RADIUS = 0.029;
  private static final double LARGE_RADIUS = 1.58;

  private LmtExperiments() {}

  static List<Experiment> all() {
    List<Experiment> all = new ArrayList<>();
    for (Scale scale : Scale.values()) {
      all.add(wideResNet("wrn-plain", scale, "", "plain", 0.01, "weight decay 5e-4"));
      all.add(wideResNet("wrn-spectral", scale, "", "plain", 0.01, "spectral norm 0.01"));
      all.add(wideResNet("wrn-lmt", scale, "", "LMT", 0.01, "none"));
      all.add(wideResNet("wrn-lmt-averaging", scale, " avg", "LMT", 0.1, "none"));
      all.add(mnist4c3f("mnist-4c3f-gloro", scale, "GloRo"));
      all.add(mnist4c3f("mnist-4c3f-emma", scale, "EMMA"));
      all.add(mnist4c3f("mnist-4c3f-fixed-margin", scale, "fixed margin"));
    }
    return all;
  }

  /**
   * Tsuzuku et al. 2018, section 6.2: SVHN, 160 epochs, and the radius of 0.029 that more than half
   * of the test images exceed there. On a laptop a net of a fraction of the size on CIFAR-10.
   */
  private static Experiment wideResNet(
      String name, Scale scale, String variant, String loss, double c, String regularizer) {
    Settings settings =
        switch (scale) {
          case SMOKE -> wideResNet(1, 0.05, c, regularizer);
          case LAPTOP -> wideResNet(8, 0.05, c, regularizer);
          case PAPER -> wideResNet(160, 0.01, c, regularizer);
        };
    boolean paper = scale == Scale.PAPER;
    boolean smoke = scale == Scale.SMOKE;
    return new Experiment(
        name,
        scale,
        paper ? "svhn" : "cifar-10",
        smoke ? 256 : 0,
        paper ? 0 : smoke ? 100 : 2500,
        0,
        (paper ? "WRN-16-4" : "WRN-10-1") + variant,
        loss,
        settings,
        SMALL_RADIUS,
        paper ? 10 : 1,
        1);
  }

  private static Settings wideResNet(int epochs, double rate, double c, String regularizer) {
    RadiusRamp ramp = new RadiusRamp(1e-5, c, Math.min(5, epochs / 2.0), RadiusRamp.Shape.LINEAR);
    LearningRateDecay drops =
        new LearningRateDecay.Steps(0.1, List.of(0.5 * epochs, 0.75 * epochs));
    return new Settings(epochs, 128, rate, 0, 0, 1e9, 1, ramp)
        .withOptimizer("Nesterov 0.9")
        .withDecay(drops)
        .withRegularizer(regularizer);
  }

  /** Leino et al. 2021, table 1: radius 1.58, trained at 1.75; 300 epochs there. */
  private static Experiment mnist4c3f(String name, Scale scale, String loss) {
    Settings settings =
        switch (scale) {
          case SMOKE -> mnist4c3f(1, 2e-3);
          case LAPTOP -> mnist4c3f(60, 2e-3).inMixedPrecision();
          case PAPER -> mnist4c3f(300, 1e-3);
        };
    boolean smoke = scale == Scale.SMOKE;
    return new Experiment(
        name,
        scale,
        "mnist",
        smoke ? 256 : 0,
        smoke ? 100 : 0,
        0,
        "4C3F",
        loss,
        settings,
        LARGE_RADIUS,
        smoke ? 1 : 10,
        1);
  }

  private static Settings mnist4c3f(int epochs, double rate) {
    RadiusRamp ramp = new RadiusRamp(0.175, 1.75, epochs / 2.0, RadiusRamp.Shape.LINEAR);
    return new Settings(epochs, 256, rate, epochs / 20.0, 0, 1e9, 2, ramp);
  }
}
