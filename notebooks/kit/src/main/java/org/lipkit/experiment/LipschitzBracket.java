package org.lipkit.experiment;

import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.lipkit.attack.Domain;
import org.lipkit.attack.LipschitzLowerBound;
import org.lipkit.attack.Victim;
import org.lipkit.bound.Bound;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.data.Counter;
import org.lipkit.data.ImageShape;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Layer;

/**
 * What is known of a network's Lipschitz constant from both sides (Hu et al. 2023, section 4): the
 * largest ratio found of {@code ||f(x) - f(x')|| / ||x - x'||}, and the bound K, the product over
 * the layers.
 *
 * @param lower the lower bound, by {@link LipschitzLowerBound#network}
 * @param upper the upper bound or its estimate, by {@link org.lipkit.layer.Layer#bound}
 */
public record LipschitzBracket(double lower, Bound upper) {

  /** What the float32 logits of the search may be off by. */
  private static final double ROUNDING = 1e-3;

  /**
   * Checks the order.
   *
   * @param lower at most {@code upper} if that is an upper bound, except for rounding
   * @param upper of either kind
   * @throws IllegalStateException if the lower bound is above an upper one
   */
  public LipschitzBracket {
    if (upper.kind() == Bound.Kind.UPPER && lower > upper.value() * (1 + ROUNDING)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Two images show a Lipschitz constant of %s, above the upper bound %s (%s); the bound"
                  + " or the search is wrong.",
              lower,
              upper.value(),
              upper.method()));
    }
  }

  /**
   * {@return both bounds of the constant of a trained network} The lower one is searched by {@link
   * LipschitzLowerBound#FAR}, the upper one is proved by {@link SoundNorm#TIGHT}.
   *
   * @param classifier an initialised classifier
   * @param starts the search starts one pair at each of these images
   */
  public static LipschitzBracket of(Classifier classifier, Images starts) {
    float[][] pixels =
        IntStream.range(0, starts.size()).mapToObj(starts::image).toArray(float[][]::new);
    Victim victim = Victim.of(classifier);
    double lower = LipschitzLowerBound.FAR.network(victim, pixels, 1, done -> {});
    return new LipschitzBracket(lower, classifier.bound(SoundNorm.TIGHT));
  }

  /**
   * {@return both bounds of the constant of one layer} The lower one is searched with pairs of near
   * images from 8 random ones, the upper one is that of {@link PowerIteration#PUBLISHED}.
   *
   * @param layer an initialised layer
   * @param image the size of an input
   */
  public static LipschitzBracket of(Layer layer, ImageShape image) {
    float[][] starts = new float[8][image.values()];
    for (int n = 0; n < starts.length; n++) {
      RandomGenerator random = Counter.random(1, n);
      for (int i = 0; i < starts[n].length; i++) {
        starts[n][i] = random.nextFloat();
      }
    }
    Victim victim =
        new Victim(x -> layer.apply(x).reshape(x.getShape().get(0), -1), image, Domain.UNIT_BOX);
    LipschitzLowerBound search = new LipschitzLowerBound(200, 0.02, 0.1);
    double lower = search.network(victim, starts, 1, done -> {});
    return new LipschitzBracket(lower, layer.bound(PowerIteration.PUBLISHED));
  }

  /** {@return lower / upper, in [0, 1] except for rounding; 1 if both are 0} */
  public double tightness() {
    return lower == upper.value() ? 1 : lower / upper.value();
  }
}
