package org.lipkit.smoothing;

import java.io.Serializable;
import java.util.List;

/**
 * What a smoothed classifier predicts for one sample. It is a statistical statement: a class other
 * than the smoothed classifier's own is returned with probability at most alpha.
 *
 * @param index the sample's place in its split
 * @param label the true class
 * @param prediction the class, or {@link #ABSTAIN}
 * @param counts how many draws went to each class
 * @param alpha how often the statement may be wrong
 */
public record SmoothedPrediction(
    int index, int label, int prediction, List<Integer> counts, double alpha)
    implements Serializable {

  /** In place of a class, when the draws do not tell which class is the likeliest. */
  public static final int ABSTAIN = -1;

  /**
   * Whether the prediction is the true class.
   *
   * @return true if it is; false also when the classifier abstains
   */
  public boolean correct() {
    return prediction != ABSTAIN && prediction == label;
  }
}
