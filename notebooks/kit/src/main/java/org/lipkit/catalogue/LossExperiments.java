package org.lipkit.catalogue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.RunScale;
import org.lipkit.loss.CrossEntropy;
import org.lipkit.loss.Emma;
import org.lipkit.loss.FixedMargin;
import org.lipkit.loss.Lmt;
import org.lipkit.loss.Loss;
import org.lipkit.loss.Trades;

/**
 * The losses against each other on one network (Hu et al. 2023, section 5.2): with 10, 100, 200 and
 * 1000 classes, most with three seeds, and how much EMMA depends on its numbers.
 */
final class LossExperiments {

  private static final Map<String, Loss> LOSSES = new LinkedHashMap<>();

  static {
    LOSSES.put("emma", new Emma());
    LOSSES.put("trades", new Trades(2));
    LOSSES.put("gloro", Trades.gloro());
    LOSSES.put("lmt", new Lmt());
    LOSSES.put("fixed-margin", new FixedMargin());
    LOSSES.put("plain", new CrossEntropy());
  }

  private LossExperiments() {}

  static List<Experiment> all() {
    List<Experiment> all = new ArrayList<>();
    Experiment base = Experiment.named("losses").radius(LiResNetExperiments.RADIUS);
    Experiment hundred = base.data("cifar-100").crop(4);
    for (int seed = 1; seed <= 3; seed++) {
      for (String end : LOSSES.keySet()) {
        Loss loss = LOSSES.get(end);
        for (Experiment data :
            List.of(
                base.name("losses-cifar10-").data("cifar-10").crop(4),
                hundred.name("losses-cifar100-"),
                base.name("losses-tiny-imagenet-").data("tiny-imagenet").crop(8))) {
          String name = data.name() + end + "-" + seed;
          all.addAll(scales(data.name(name).loss(loss).seed(seed), LiResNetExperiments.FACTOR));
        }
      }
    }
    LOSSES.forEach(
        (end, loss) ->
            all.addAll(
                scales(
                    base.name("losses-1000-classes-" + end).data("textures-32/1000").loss(loss),
                    LiResNetExperiments.FACTOR)));
    for (double factor : new double[] {1, 2, 3}) {
      all.addAll(scales(hundred.name("emma-radius-" + factor), factor));
    }
    for (double floor : new double[] {0, 0.1, 0.5}) {
      Experiment other = hundred.name("emma-floor-" + floor).loss(new Emma(floor));
      all.addAll(scales(other, LiResNetExperiments.FACTOR));
    }
    return all;
  }

  /** Trained up to this factor times the radius. */
  private static List<Experiment> scales(Experiment base, double factor) {
    int some = base.data().equals("tiny-imagenet") ? 0 : 25_000;
    return List.of(
            base.scale(RunScale.SMOKE)
                .trainImages(400)
                .testImages(100)
                .model("LiResNet L1 W4 D32")
                .recipe(LiResNetExperiments.SMOKE),
            base.trainImages(some)
                .testImages(2500)
                .model("LiResNet L2 W32 D128")
                .recipe(LiResNetExperiments.LAPTOP.epochs(12))
                .evaluateEvery(4),
            base.scale(RunScale.PAPER)
                .model("LiResNet L12 W512")
                .recipe(LiResNetExperiments.PAPER)
                .evaluateEvery(10))
        .stream()
        .map(
            experiment ->
                experiment.recipe(
                    experiment
                        .recipe()
                        .ramp(LiResNetExperiments.ramp(LiResNetExperiments.RADIUS, factor))))
        .toList();
  }
}
