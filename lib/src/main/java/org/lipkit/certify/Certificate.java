package org.lipkit.certify;

import java.io.Serializable;

/**
 * What is certified for one sample.
 *
 * @param index the sample's place in its split
 * @param label the true class, or {@link org.lipkit.data.Images#UNKNOWN}
 * @param prediction the class with the largest logit, the first of them on a tie, or {@link #NONE}
 * @param margin the largest logit minus the second largest
 * @param radius no change of the input by less than this Euclidean distance, in pixels of [0, 1],
 *     changes the prediction, as far as the Lipschitz constants used are upper bounds
 */
public record Certificate(int index, int label, int prediction, double margin, double radius)
    implements Serializable {

  /** In place of a class, where pixels or logits are not finite. */
  public static final int NONE = -1;

  /**
   * Checks the radius: NaN would count as certified wherever it is compared the wrong way.
   *
   * @param index the sample's place in its split
   * @param label from 0, or {@link org.lipkit.data.Images#UNKNOWN}
   * @param prediction from 0, or {@link #NONE}
   * @param margin at least 0
   * @param radius at least 0 and not NaN; may be infinite; 0 without a prediction
   */
  public Certificate {
    if (!(radius >= 0) || prediction == NONE && radius > 0) {
      throw new IllegalArgumentException(
          "Sample "
              + index
              + " cannot have a radius of "
              + radius
              + "; it must be at least 0, and 0 where nothing is predicted.");
    }
  }

  /**
   * A sample of which nothing is known, not even its class.
   *
   * @param index the sample's place in its split
   * @param label its true class
   * @return without a prediction and with radius 0
   */
  public static Certificate none(int index, int label) {
    return new Certificate(index, label, NONE, 0, 0);
  }

  /**
   * Whether the prediction is the true class.
   *
   * @return true if it is; false also where nothing is predicted
   */
  public boolean correct() {
    return prediction != NONE && prediction == label;
  }

  /**
   * The same sample with another radius.
   *
   * @param other the radius, in pixels of [0, 1]
   * @return the certificate
   */
  public Certificate withRadius(double other) {
    return new Certificate(index, label, prediction, margin, other);
  }

  /**
   * Whether the sample counts for verified-robust accuracy.
   *
   * @param eps a radius in pixels of [0, 1]
   * @return true if the prediction is correct and the certified radius is at least eps
   */
  public boolean robust(double eps) {
    return correct() && radius >= eps;
  }
}
