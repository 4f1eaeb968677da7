package org.lipkit.experiment;

import java.util.List;
import java.util.stream.Stream;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Settings;

/** The small networks on MNIST: Lipschitz-margin training and its rivals, and GloRo's 2C2F. */
final class LmtExperiments {

  private LmtExperiments() {}

  static List<Experiment> all() {
    return Stream.of(
            wongNet("mnist-wong-plain", "plain", "none"),
            wongNet("mnist-wong-weight-decay", "plain", "weight decay 5e-4"),
            wongNet("mnist-wong-parseval", "plain", "Parseval 1e-4"),
            wongNet("mnist-wong-spectral", "plain", "spectral norm 0.01"),
            wongNet("mnist-wong-adversarial", "plain", "adversarial 1 10"),
            wongNet("mnist-wong-lmt", "LMT", "none"),
            mnist2c2f("mnist-2c2f-gloro", "GloRo"),
            mnist2c2f("mnist-2c2f-emma", "EMMA"),
            mnist2c2f("mnist-2c2f-fixed-margin", "fixed margin"))
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Tsuzuku et al. 2018, section 6.1: c = 1, grown from 1e-5 in 5 epochs; Adam, 20 epochs. The
   * rivals' numbers are those of its comparison on SVHN, but for adversarial training: PGD in the
   * Euclidean norm, 10 steps at the radius of 1 that the results are reported at.
   */
  private static List<Experiment> wongNet(String name, String loss, String regularizer) {
    RadiusRamp ramp = new RadiusRamp(1e-5, 1, 5, RadiusRamp.Shape.LINEAR);
    Settings paper = new Settings(20, 50, 1e-3, 0, 0, 1e9, 1, ramp).withRegularizer(regularizer);
    RadiusRamp quick = new RadiusRamp(1e-5, 1, 1, RadiusRamp.Shape.LINEAR);
    Settings smoke = new Settings(2, 50, 1e-3, 0, 0, 1e9, 1, quick).withRegularizer(regularizer);
    return List.of(
        new Experiment(name, Scale.SMOKE, "mnist", 2000, 500, 0, "Wong net", loss, smoke, 1, 1, 1),
        new Experiment(name, Scale.LAPTOP, "mnist", 0, 0, 0, "Wong net", loss, paper, 1, 1, 1),
        new Experiment(name, Scale.PAPER, "mnist", 0, 0, 0, "Wong net", loss, paper, 1, 1, 1));
  }

  /** Leino et al. 2021, table 1: radius 0.3, trained at 0.45; 500 epochs there. */
  private static List<Experiment> mnist2c2f(String name, String loss) {
    return List.of(
        mnist2c2f(name, Scale.SMOKE, 2000, 500, loss, training2c2f(3), 1, 1),
        mnist2c2f(name, Scale.LAPTOP, 0, 0, loss, training2c2f(100), 5, 1),
        mnist2c2f(name, Scale.PAPER, 0, 0, loss, training2c2f(500), 10, 1));
  }

  static Settings training2c2f(int epochs) {
    RadiusRamp ramp = new RadiusRamp(0.045, 0.45, epochs / 2.0, RadiusRamp.Shape.LINEAR);
    return new Settings(epochs, 256, 2e-3, epochs / 20.0, 0, 1e9, 2, ramp);
  }

  static Experiment mnist2c2f(
      String name,
      Scale scale,
      int train,
      int test,
      String loss,
      Settings training,
      int every,
      long seed) {
    return new Experiment(
        name, scale, "mnist", train, test, 0, "2C2F", loss, training, 0.3, every, seed);
  }
}
