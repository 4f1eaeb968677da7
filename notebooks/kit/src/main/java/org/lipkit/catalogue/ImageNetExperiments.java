package org.lipkit.catalogue;

import java.util.List;
import java.util.stream.Stream;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.RunScale;
import org.lipkit.loss.CrossEntropy;
import org.lipkit.loss.Emma;
import org.lipkit.train.Recipe;

/**
 * LiResNet on photographs of 224 x 224 pixels (Hu et al. 2023, section 5): L12 W588 for the radius
 * 36/255 and L18 W588 for 1, trained at up to 1.5 times that on ImageNet, 400 epochs in batches of
 * 1024, no weight decay. On a laptop ten classes of Tiny-ImageNet are enlarged to that size.
 */
public final class ImageNetExperiments {

  /** The smallest noise that Cohen, Rosenfeld and Kolter 2019 train ImageNet networks with. */
  private static final double SIGMA = 0.25;

  private ImageNetExperiments() {}

  /** Trained for certificates at two radii, and with noise instead, to be smoothed. */
  static List<Experiment> all() {
    double radius = LiResNetExperiments.RADIUS;
    Experiment emma = Experiment.named("imagenet-liresnet-emma").loss(new Emma());
    Experiment noise = Experiment.named("imagenet-liresnet-noise").loss(new CrossEntropy());
    return Stream.of(
            scales(emma.radius(radius), recipe(radius), 12),
            scales(emma.name("imagenet-liresnet-radius-1").radius(1), recipe(1), 18),
            scales(noise.radius(radius), recipe(radius).noise(SIGMA), 12))
        .flatMap(List::stream)
        .toList();
  }

  private static List<Experiment> scales(Experiment base, Recipe recipe, int depth) {
    Experiment tenClasses = base.data("tiny-imagenet/10@224").crop(16);
    return List.of(
        tenClasses
            .scale(RunScale.SMOKE)
            .trainImages(16)
            .testImages(8)
            .model("LiResNet L1 W12 D16")
            .recipe(recipe.epochs(1).batch(8)),
        tenClasses
            .model("LiResNet L2 W108 D256")
            .recipe(recipe.epochs(36).batch(50))
            .evaluateEvery(9),
        base.scale(RunScale.PAPER)
            .data("imagenet")
            .model("LiResNet L" + depth + " W588")
            .recipe(published(recipe))
            .evaluateEvery(10));
  }

  /** {@return the paper's training, with activations in bfloat16} */
  public static Recipe published() {
    return published(recipe(LiResNetExperiments.RADIUS));
  }

  private static Recipe published(Recipe recipe) {
    return recipe.epochs(400).batch(1024).powerIterations(10);
  }

  private static Recipe recipe(double radius) {
    return Recipe.radius(LiResNetExperiments.ramp(radius, LiResNetExperiments.FACTOR))
        .clip(3)
        .mixedPrecision(true);
  }
}
