package org.lipkit.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import org.lipkit.attack.Attacked;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.RoundedDown;
import org.lipkit.certify.SoundCertificate;
import org.lipkit.text.Given;
import org.lipkit.text.Text;

/**
 * One row of {@code samples.csv}: what is known of one test sample. Radii and distances are
 * Euclidean, in pixels of [0, 1]. Radii are float32 numbers that were rounded down, and the decimal
 * number of a certified one in the file is rounded down once more ({@link RoundedDown}).
 *
 * @param index the sample's place in the test split
 * @param label the true class
 * @param prediction the predicted class, or null where nothing is predicted because the image is
 *     not finite
 * @param margin the largest logit minus the second largest
 * @param radiusEstimated the radius by the papers' protocol, with power-iteration estimates
 * @param radiusCertified the radius that holds for the float32 program, or null if not computed
 * @param attackDistance the smallest change found that changes the prediction, or null if none was
 *     sought
 */
@JsonPropertyOrder({
  "index",
  "label",
  "prediction",
  "margin",
  "radius_estimated",
  "radius_certified",
  "attack_distance"
})
public record Sample(
    int index,
    int label,
    Integer prediction,
    float margin,
    @JsonProperty("radius_estimated") float radiusEstimated,
    @JsonProperty("radius_certified") @JsonSerialize(using = ProvedRadius.class)
        Float radiusCertified,
    @JsonProperty("attack_distance") Float attackDistance) {

  /** By this share float32 may bring an estimated radius below a certified one. */
  private static final double ROUNDING = 1e-6;

  static Sample of(Certificate estimated) {
    return new Sample(
        estimated.index(),
        estimated.label(),
        estimated.prediction() == Certificate.NONE ? null : estimated.prediction(),
        down(estimated.margin()),
        down(estimated.radius()),
        null,
        null);
  }

  Sample withCertified(SoundCertificate proof) {
    Certificate certificate = proof.certificate();
    if (certificate.prediction() != estimated().prediction()) {
      throw otherPrediction(certificate.prediction());
    }
    float radius = down(certificate.radius());
    return new Sample(index, label, prediction, margin, radiusEstimated, radius, attackDistance)
        .requireBelowEstimate();
  }

  /** Whether the numbers can be those of a sample of so many classes. */
  boolean isPossible(int classes) {
    float certified = radiusCertified == null ? 0 : radiusCertified;
    return isClass(label, classes)
        && (prediction == null || isClass(prediction, classes))
        && isFinite(margin)
        && isFinite(radiusEstimated)
        && isFinite(certified)
        && (attackDistance == null || attackDistance >= certified);
  }

  private static boolean isClass(int number, int classes) {
    return number >= 0 && number < classes;
  }

  private static boolean isFinite(float value) {
    return value >= 0 && value < Float.POSITIVE_INFINITY;
  }

  /** Refuses a certified radius above the estimated one: upper bounds cannot give it. */
  Sample requireBelowEstimate() {
    if (radiusCertified != null && radiusCertified > radiusEstimated * (1 + ROUNDING)) {
      throw Given.refused(
          "Sample %d has a certified radius of %s, above the estimated %s; an upper bound behind"
              + " it is too low or the files are of different runs.",
          index, radiusCertified, radiusEstimated);
    }
    return this;
  }

  private IllegalStateException otherPrediction(int found) {
    return new IllegalStateException(
        "Sample "
            + index
            + " is recorded as class "
            + prediction
            + " but the saved weights predict "
            + found
            + "; the weights or the data differ from those of the run, or the logits are tied.");
  }

  /**
   * {@return the sample with the distance that an attack found}
   *
   * @param found what an attack against the prediction found
   * @throws IllegalArgumentException if it attacked another class than the predicted one
   * @throws IllegalStateException if an image within the certified radius is classified
   *     differently, so that the certificate is void
   */
  public Sample withAttack(Attacked found) {
    if (found.attackedClass() != estimated().prediction()) {
      throw otherPrediction(found.attackedClass());
    }
    if (radiusCertified != null && found.distance() < radiusCertified) {
      throw new IllegalStateException(
          Text.of(
              "Sample %d is certified within %s, but an image at a distance of %s is classified"
                  + " differently; the certificate is void or the weights are of another run.",
              index, RoundedDown.exact(radiusCertified), found.distance()));
    }
    float distance = (float) found.distance();
    return new Sample(index, label, prediction, margin, radiusEstimated, radiusCertified, distance);
  }

  private static float down(double value) {
    float nearest = (float) value;
    return nearest <= value ? nearest : Math.nextDown(nearest);
  }

  /**
   * The certificate by the papers' protocol.
   *
   * @return with the estimated radius
   */
  public Certificate estimated() {
    int predicted = prediction == null ? Certificate.NONE : prediction;
    return new Certificate(index, label, predicted, margin, radiusEstimated);
  }

  /**
   * The certificate of the float32 program.
   *
   * @return with the certified radius
   * @throws IllegalStateException if it was not computed
   */
  public Certificate certified() {
    if (radiusCertified == null) {
      throw new IllegalStateException(
          "Sample " + index + " has no certified radius; run: environment/lipkit certify NAME");
    }
    return estimated().withRadius(radiusCertified);
  }
}
