package org.lipkit.catalogue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Scale;
import org.lipkit.train.Settings;

/**
 * The losses against each other on one network (Hu et al. 2023, section 5.2): with 10, 100, 200 and
 * 1000 classes, most with three seeds, and how much EMMA depends on its numbers.
 */
final class LossExperiments {

  private static final double RADIUS = LiResNetExperiments.RADIUS;

  private static final double PUBLISHED_FACTOR = 1.5;

  private static final Map<String, String> LOSSES = new LinkedHashMap<>();

  static {
    LOSSES.put("emma", "EMMA");
    LOSSES.put("trades", "TRADES 2");
    LOSSES.put("gloro", "GloRo");
    LOSSES.put("lmt", "LMT");
    LOSSES.put("fixed-margin", "fixed margin");
    LOSSES.put("plain", "plain");
  }

  private LossExperiments() {}

  static List<Experiment> all() {
    List<Experiment> all = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      for (String loss : LOSSES.keySet()) {
        String end = loss + "-" + seed;
        String name = LOSSES.get(loss);
        all.addAll(
            scales("losses-cifar10-" + end, "cifar-10", 25_000, name, PUBLISHED_FACTOR, seed));
        all.addAll(
            scales("losses-cifar100-" + end, "cifar-100", 25_000, name, PUBLISHED_FACTOR, seed));
        all.addAll(
            scales(
                "losses-tiny-imagenet-" + end, "tiny-imagenet", 0, name, PUBLISHED_FACTOR, seed));
      }
    }
    for (String loss : LOSSES.keySet()) {
      String name = "losses-1000-classes-" + loss;
      all.addAll(scales(name, "textures-32/1000", 25_000, LOSSES.get(loss), PUBLISHED_FACTOR, 1));
    }
    for (double factor : new double[] {1, 2, 3}) {
      all.addAll(scales("emma-radius-" + factor, "cifar-100", 25_000, "EMMA", factor, 1));
    }
    for (double floor : new double[] {0, 0.1, 0.5}) {
      all.addAll(
          scales("emma-floor-" + floor, "cifar-100", 25_000, "EMMA " + floor, PUBLISHED_FACTOR, 1));
    }
    return all;
  }

  private static List<Experiment> scales(
      String name, String dataset, int train, String loss, double factor, int seed) {
    int crop = dataset.startsWith("textures") ? 0 : dataset.equals("tiny-imagenet") ? 8 : 4;
    Settings quick = trained(LiResNetExperiments.training(2), factor);
    Settings laptop = trained(LiResNetExperiments.training(12), factor);
    Settings published = trained(LiResNetExperiments.published(), factor);
    String tiny = "LiResNet L1 W4 D32";
    String small = "LiResNet L2 W32 D128";
    String large = "LiResNet L12 W512";
    return List.of(
        new Experiment(
            name, Scale.SMOKE, dataset, 400, 100, crop, tiny, loss, quick, RADIUS, 1, seed),
        new Experiment(
            name, Scale.LAPTOP, dataset, train, 2500, crop, small, loss, laptop, RADIUS, 4, seed),
        new Experiment(
            name, Scale.PAPER, dataset, 0, 0, crop, large, loss, published, RADIUS, 10, seed));
  }

  private static Settings trained(Settings settings, double factor) {
    return settings.withRadius(LiResNetExperiments.ramp(RADIUS, factor, settings.epochs()));
  }
}
