package org.lipkit.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.lipkit.attack.Attacked;

/**
 * One row of {@code attacks.csv}: how near to one test sample each attack found an image of another
 * class than the predicted one. Distances are Euclidean, in pixels of [0, 1], infinite if nothing
 * was found.
 *
 * @param index the sample's place in the test split
 * @param label the true class
 * @param prediction the predicted class, or null where nothing is predicted
 * @param deepFool the distance by DeepFool, whose pixels may leave [0, 1]
 * @param carliniWagner the distance by Carlini and Wagner's attack, with all pixels in [0, 1]
 */
@JsonPropertyOrder({"index", "label", "prediction", "deepfool", "carlini_wagner"})
record AttackedSample(
    int index,
    int label,
    Integer prediction,
    @JsonProperty("deepfool") double deepFool,
    @JsonProperty("carlini_wagner") double carliniWagner) {

  static AttackedSample of(Sample sample, Attacked deepFool, Attacked carliniWagner) {
    return new AttackedSample(
        sample.index(),
        sample.label(),
        sample.prediction(),
        deepFool.distance(),
        carliniWagner.distance());
  }
}
