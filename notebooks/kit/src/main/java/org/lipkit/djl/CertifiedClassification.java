package org.lipkit.djl;

import org.lipkit.certify.Certificate;
import org.lipkit.certify.RoundedDown;
import org.lipkit.text.Text;

/**
 * What a certified model says of an image. It has no probabilities: a softmax of the logits is none
 * that could be proved.
 *
 * @param classIndex the predicted class, from 0, or {@link Certificate#NONE} if a pixel or logit is
 *     not finite
 * @param margin the largest logit minus the second largest
 * @param radius the float32 program predicts this class for every image at most this far away, in
 *     the Euclidean distance of pixels in [0, 1]; 0 if nothing is certified
 */
public record CertifiedClassification(int classIndex, double margin, double radius) {

  /** Such as "class 7, margin 9.647, certified radius 0.2818", the radius rounded down. */
  @Override
  public String toString() {
    return Text.of(
        "class %d, margin %.4g, certified radius %s",
        classIndex, margin, RoundedDown.text(radius, 4));
  }
}
