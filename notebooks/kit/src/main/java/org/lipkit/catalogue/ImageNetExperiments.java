package org.lipkit.catalogue;

import java.util.List;
import java.util.stream.Stream;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Scale;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Settings;

/**
 * LiResNet on photographs of 224 x 224 pixels (Hu et al. 2023, section 5): L12 W588 for the radius
 * 36/255 and L18 W588 for 1, trained at up to 1.5 times that on ImageNet, 400 epochs in batches of
 * 1024, no weight decay. On a laptop ten classes of Tiny-ImageNet are enlarged to that size.
 */
public final class ImageNetExperiments {

  private static final double RADIUS = LiResNetExperiments.RADIUS;
  private static final String TEN_CLASSES = "tiny-imagenet/10@224";
  private static final int CROP = 16;

  /** The smallest noise that Cohen, Rosenfeld and Kolter 2019 train ImageNet networks with. */
  private static final double SIGMA = 0.25;

  private ImageNetExperiments() {}

  /** Trained for certificates at two radii, and with noise instead, to be smoothed. */
  static List<Experiment> all() {
    return Stream.of(
            experiments("imagenet-liresnet-emma", "EMMA", 12, RADIUS, 0),
            experiments("imagenet-liresnet-radius-1", "EMMA", 18, 1, 0),
            experiments("imagenet-liresnet-noise", "plain", 12, RADIUS, SIGMA))
        .flatMap(List::stream)
        .toList();
  }

  private static List<Experiment> experiments(
      String name, String loss, int depth, double radius, double sigma) {
    Settings smoke = settings(1, 8, 1, radius).withNoise(sigma);
    Settings laptop = settings(36, 50, 1, radius).withNoise(sigma);
    Settings paper = settings(400, 1024, 10, radius).withNoise(sigma);
    String whole = "LiResNet L" + depth + " W588";
    return List.of(
        tenClasses(name, Scale.SMOKE, 16, 8, "LiResNet L1 W12 D16", loss, smoke, radius, 1),
        tenClasses(name, Scale.LAPTOP, 0, 0, "LiResNet L2 W108 D256", loss, laptop, radius, 9),
        new Experiment(name, Scale.PAPER, "imagenet", 0, 0, 0, whole, loss, paper, radius, 10, 1));
  }

  private static Experiment tenClasses(
      String name,
      Scale scale,
      int train,
      int test,
      String model,
      String loss,
      Settings settings,
      double radius,
      int every) {
    return new Experiment(
        name, scale, TEN_CLASSES, train, test, CROP, model, loss, settings, radius, every, 1);
  }

  /** The paper's training, with activations in bfloat16. */
  public static Settings published(int epochs, int batch) {
    return settings(epochs, batch, 10, RADIUS);
  }

  private static Settings settings(int epochs, int batch, int powerIterations, double radius) {
    RadiusRamp ramp = LiResNetExperiments.ramp(radius, 1.5, epochs);
    return new Settings(epochs, batch, 1e-3, epochs / 20.0, 0, 3, powerIterations, ramp)
        .inMixedPrecision();
  }
}
