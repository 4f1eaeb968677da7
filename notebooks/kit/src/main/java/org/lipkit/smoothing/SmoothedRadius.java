package org.lipkit.smoothing;

import java.io.Serializable;
import java.util.List;
import org.lipkit.text.Text;

/**
 * The radius within which a smoothed classifier keeps its prediction, with confidence 1 - alpha. It
 * is no {@link org.lipkit.certify.Certificate}: it is about the smoothed classifier and not the
 * network, it is wrong with probability up to alpha for each sample, and rounding is not counted.
 *
 * @param smoothed the prediction, or abstention, with the counts of the draws that estimate
 * @param lowerProbability a lower confidence bound of the predicted class's probability under
 *     noise; when it abstains, of the class that was tried
 * @param radius in pixels of [0, 1]; 0 when it abstains
 */
public record SmoothedRadius(SmoothedPrediction smoothed, double lowerProbability, double radius)
    implements Serializable {

  /**
   * Checks that nothing is claimed where the classifier abstains.
   *
   * @param smoothed a prediction or an abstention
   * @param lowerProbability in [0, 1]
   * @param radius at least 0; 0 when the classifier abstains
   */
  public SmoothedRadius {
    boolean abstains = smoothed.prediction() == SmoothedPrediction.ABSTAIN;
    if (!(radius >= 0) || abstains && radius != 0) {
      throw new IllegalArgumentException(
          "Sample "
              + smoothed.index()
              + " cannot have a radius of "
              + radius
              + "; it must be at least 0, and 0 when the classifier abstains.");
    }
  }

  /**
   * The statement in words, with its confidence.
   *
   * @return one sentence
   */
  @Override
  public String toString() {
    return smoothed.prediction() == SmoothedPrediction.ABSTAIN
        ? Text.of("sample %d: the smoothed classifier abstains", smoothed.index())
        : Text.of(
            "sample %d: the smoothed classifier predicts %d within %.4g; wrong with probability up"
                + " to %s",
            smoothed.index(), smoothed.prediction(), radius, smoothed.alpha());
  }

  /**
   * The share of samples that are correct with a radius of at least eps: an estimate of the
   * smoothed classifier's robust accuracy. Each sample's radius may be wrong with probability
   * alpha.
   *
   * @param radii one per sample, at least one
   * @param eps a radius in pixels of [0, 1], at least 0
   * @return the share, in [0, 1]; abstentions count as wrong
   */
  public static double probabilisticAccuracy(List<SmoothedRadius> radii, double eps) {
    if (radii.isEmpty() || !(eps >= 0)) {
      throw new IllegalArgumentException(
          "Probabilistic accuracy needs at least one sample and a radius of at least 0, not "
              + radii.size()
              + " and "
              + eps
              + ".");
    }
    long robust = radii.stream().filter(r -> r.smoothed.correct() && r.radius >= eps).count();
    return robust / (double) radii.size();
  }
}
