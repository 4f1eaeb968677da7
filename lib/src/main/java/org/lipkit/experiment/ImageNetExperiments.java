package org.lipkit.experiment;

import java.util.List;
import java.util.stream.Stream;
import org.lipkit.train.Settings;

/**
 * LiResNet on photographs of 224 x 224 pixels (Hu et al. 2023, section 5): 36/255, trained at up to
 * 1.5 times that; L18 W588 on ImageNet, 400 epochs in batches of 1024, no weight decay. On a laptop
 * ten classes of Tiny-ImageNet are enlarged to that size.
 */
final class ImageNetExperiments {

  private static final double RADIUS = LiResNetExperiments.RADIUS;
  private static final String TEN_CLASSES = "tiny-imagenet/10@224";
  private static final int CROP = 16;

  /** The smallest noise that Cohen, Rosenfeld and Kolter 2019 train ImageNet networks with. */
  private static final double SIGMA = 0.25;

  private ImageNetExperiments() {}

  /** One trained for certificates, and the same network trained with noise, to be smoothed. */
  static List<Experiment> all() {
    return Stream.concat(
            experiments("imagenet-liresnet-emma", "EMMA", 0),
            experiments("imagenet-liresnet-noise", "plain", SIGMA))
        .toList();
  }

  private static Stream<Experiment> experiments(String name, String loss, double sigma) {
    Settings smoke = settings(1, 8, 1e-3, 1).withNoise(sigma);
    Settings laptop = settings(36, 50, 1e-3, 1).withNoise(sigma);
    Settings paper = published(400, 1024).withNoise(sigma);
    return Stream.of(
        tenClasses(name, Scale.SMOKE, 16, 8, "LiResNet L1 W12 D16", loss, smoke, 1),
        tenClasses(name, Scale.LAPTOP, 0, 0, "LiResNet L2 W108 D256", loss, laptop, 9),
        new Experiment(
            name,
            Scale.PAPER,
            "imagenet",
            0,
            0,
            0,
            "LiResNet L18 W588",
            loss,
            paper,
            RADIUS,
            10,
            1));
  }

  private static Experiment tenClasses(
      String name,
      Scale scale,
      int train,
      int test,
      String model,
      String loss,
      Settings settings,
      int every) {
    return new Experiment(
        name, scale, TEN_CLASSES, train, test, CROP, model, loss, settings, RADIUS, every, 1);
  }

  /** The paper's training, with activations in bfloat16. */
  static Settings published(int epochs, int batch) {
    return settings(epochs, batch, 1e-3, 10);
  }

  private static Settings settings(int epochs, int batch, double rate, int powerIterations) {
    return new Settings(
            epochs,
            batch,
            rate,
            epochs / 20.0,
            0,
            3,
            powerIterations,
            LiResNetExperiments.ramp(1.5, epochs))
        .inMixedPrecision();
  }
}
