package org.lipkit.attack;

/** Which class an attack tries to leave. */
public enum Against {
  /** The true class: for robust accuracy. A misclassified sample has distance 0. */
  LABEL,
  /** The predicted class: to compare with certified radii, which protect the prediction. */
  PREDICTION
}
