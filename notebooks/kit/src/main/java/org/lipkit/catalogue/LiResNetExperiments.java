package org.lipkit.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.RunScale;
import org.lipkit.train.AdamW;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Recipe;

/**
 * The networks of Hu et al. 2023 at radius 36/255: the best model on CIFAR-10, CIFAR-100 and
 * Tiny-ImageNet; and on CIFAR-10 the short sweep over depth and its deepest networks with the first
 * weights of the authors' code; the long sweep ({@code deep-}) of wider networks with ten power
 * iterations, those first weights and conventional blocks that are not switched off at the start;
 * and single parts taken away from {@code precision-liresnet-bfloat16-1}.
 */
final class LiResNetExperiments {

  /** The radius of the paper's CIFAR and ImageNet tables. */
  static final double RADIUS = 36 / 255.0;

  /** How much larger than the radius the training radius becomes. */
  static final double FACTOR = 1.5;

  /** On a laptop, in mixed precision. */
  static final Recipe LAPTOP =
      Recipe.radius(ramp(RADIUS, FACTOR))
          .batch(256)
          .rate(2e-3)
          .warmup(1 / 40.0)
          .optimizer(new AdamW(1e-4))
          .clip(3)
          .mixedPrecision(true);

  /** The same at smoke scale. */
  static final Recipe SMOKE = LAPTOP.epochs(2).batch(64);

  /**
   * Section 5 of the paper: 800 epochs, 20 of them to warm up, 10 power iterations in each step.
   * Gradients flow through them, as in the authors' code.
   */
  static final Recipe PAPER =
      LAPTOP.epochs(800).rate(1e-3).powerIterations(10).unrolled(true).mixedPrecision(false);

  private LiResNetExperiments() {}

  static List<Experiment> all() {
    List<Experiment> all = new ArrayList<>();
    all.addAll(best("cifar10", "cifar-10", 4, 120));
    all.addAll(best("cifar100", "cifar-100", 4, 40));
    all.addAll(best("tiny-imagenet", "tiny-imagenet", 8, 40));
    for (int depth : new int[] {1, 2, 4, 8, 16}) {
      for (String net : List.of("ConvNet", "ResNet", "LiResNet")) {
        Experiment base = emma("depth-" + net.toLowerCase(Locale.ROOT) + "-" + depth);
        String blocks = net + " L" + depth;
        all.add(smoke(base, blocks + " W4 D32"));
        all.add(laptop(base, blocks + " W16 D128"));
        all.add(paper(base, blocks + " W512"));
      }
    }
    for (int depth : new int[] {1, 3, 6, 12}) {
      for (String net : List.of("ConvNet", "ResNet-unit", "LiResNet")) {
        all.addAll(deep(net, depth));
      }
    }
    for (String net : List.of("ConvNet", "ResNet", "LiResNet")) {
      Experiment base = emma("first-weights-" + net.toLowerCase(Locale.ROOT));
      all.add(smoke(base, net + " L16 W4 D32 as coded"));
      all.add(laptop(base, net + " L16 W16 D128 as coded"));
      all.add(paper(base, net + " L16 W512 as coded"));
    }
    all.addAll(part("sll-block", "SLL", UnaryOperator.identity()));
    all.addAll(part("no-scale", "LiResNet-unscaled", UnaryOperator.identity()));
    RadiusRamp whole = new RadiusRamp.Constant(FACTOR * RADIUS);
    all.addAll(part("no-ramp", "LiResNet", recipe -> recipe.ramp(whole)));
    for (int iterations : new int[] {3, 10}) {
      UnaryOperator<Recipe> more = recipe -> recipe.powerIterations(iterations);
      all.addAll(part(iterations + "-iterations", "LiResNet", more));
    }
    return all;
  }

  /** The best model; a laptop trains it for fewer epochs where there are more classes. */
  private static List<Experiment> best(String start, String data, int crop, int epochs) {
    Experiment base = emma(start + "-liresnet-emma").data(data).crop(crop);
    Recipe laptop = LAPTOP.epochs(epochs).batch(128).powerIterations(3);
    return List.of(
        smoke(base, "LiResNet L2 W4 D32").trainImages(1000).testImages(500),
        base.model("LiResNet L3 W64").recipe(laptop).evaluateEvery(10),
        paper(base, "LiResNet L12 W512 as coded"));
  }

  private static List<Experiment> deep(String net, int depth) {
    Experiment base = emma("deep-" + net.toLowerCase(Locale.ROOT) + "-" + depth);
    String blocks = net + " L" + depth;
    Recipe recipe = LAPTOP.powerIterations(10).epochs(40);
    return List.of(
        smoke(base, blocks + " W4 D32 as coded"),
        base.trainImages(25_000).model(blocks + " W32 D256 as coded").recipe(recipe),
        paper(base, blocks + " W512 as coded"));
  }

  /** The papers' ramp of the training radius, from a tenth of the radius in half the epochs. */
  static RadiusRamp ramp(double radius, double factor) {
    return new RadiusRamp.Linear(0.1 * radius, factor * radius, 0.5);
  }

  private static List<Experiment> part(String end, String net, UnaryOperator<Recipe> change) {
    Experiment base = emma("part-" + end);
    return List.of(
            smoke(base, net + " L2 W4 D32"),
            laptop(base, net + " L4 W32 D256"),
            paper(base, net + " L12 W512"))
        .stream()
        .map(experiment -> experiment.recipe(change.apply(experiment.recipe())))
        .toList();
  }

  static Experiment smoke(Experiment base, String model) {
    return base.scale(RunScale.SMOKE)
        .trainImages(500)
        .testImages(100)
        .model(model)
        .recipe(SMOKE)
        .evaluateEvery(1);
  }

  private static Experiment laptop(Experiment base, String model) {
    return base.trainImages(25_000).testImages(2500).model(model).recipe(LAPTOP.epochs(10));
  }

  static Experiment paper(Experiment base, String model) {
    return base.scale(RunScale.PAPER).model(model).recipe(PAPER).evaluateEvery(10);
  }

  static Experiment emma(String name) {
    return Experiment.named(name).data("cifar-10").crop(4).radius(RADIUS).evaluateEvery(5);
  }
}
