package org.lipkit.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.train.EpochSummary;

/**
 * One row of {@code history.csv}: one epoch of training.
 *
 * @param epoch its number, from 1
 * @param seconds of training, evaluation not counted
 * @param loss the mean training loss
 * @param learningRate at the epoch's end
 * @param radius the training radius at the epoch's end, in pixels of [0, 1]
 * @param lipschitz the training estimate of the largest margin constant
 * @param trainAccuracy on the batches as they were trained on, in [0, 1]
 * @param testAccuracy on the test split, in [0, 1], or null if not evaluated after this epoch
 * @param testVra estimated VRA on the test split at the experiment's radius, or null likewise
 * @param rotation the share of the training samples looked at, in [0, 1], whose strongest rival of
 *     the label is another one than an epoch before; null after the first epoch and in old records
 */
@JsonPropertyOrder({
  "epoch",
  "seconds",
  "loss",
  "learning_rate",
  "radius",
  "lipschitz",
  "train_accuracy",
  "test_accuracy",
  "test_vra_estimated",
  "rotation"
})
public record Epoch(
    int epoch,
    double seconds,
    double loss,
    @JsonProperty("learning_rate") double learningRate,
    double radius,
    double lipschitz,
    @JsonProperty("train_accuracy") double trainAccuracy,
    @JsonProperty("test_accuracy") Double testAccuracy,
    @JsonProperty("test_vra_estimated") Double testVra,
    Double rotation) {

  /** Whether the numbers can be those of an epoch; of a run that diverged, some may be NaN. */
  boolean isPossible(boolean complete) {
    boolean computed = Double.isFinite(loss) && lipschitz >= 0;
    return (complete ? computed : !(lipschitz < 0))
        && seconds >= 0
        && learningRate >= 0
        && radius >= 0
        && isShare(trainAccuracy)
        && isShare(testAccuracy)
        && isShare(testVra)
        && isShare(rotation)
        && (testVra == null || testAccuracy != null && testVra <= testAccuracy);
  }

  private static boolean isShare(Double value) {
    return value == null || value >= 0 && value <= 1;
  }

  static Epoch of(EpochSummary summary, CertifiedAccuracy test, double eps, Double rotation) {
    return new Epoch(
        summary.epoch(),
        summary.seconds(),
        summary.loss(),
        summary.learningRate(),
        summary.radius(),
        summary.lipschitz(),
        summary.accuracy(),
        test == null ? null : test.clean(),
        test == null ? null : test.at(eps),
        rotation);
  }
}
