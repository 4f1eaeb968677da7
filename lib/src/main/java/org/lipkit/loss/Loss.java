package org.lipkit.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.lipkit.text.Given;

/**
 * A loss of a classifier's logits and its margin constants. Gradients flow through both unless a
 * loss says otherwise.
 */
@FunctionalInterface
public interface Loss {

  /**
   * The mean loss of a batch.
   *
   * @param logits y, (N, C)
   * @param labels the true classes, (N), INT32 or INT64, in [0, C)
   * @param constants the margin constants K_ji, (C, C), zero on the diagonal
   * @param eps the training radius in pixels of [0, 1] (l2), at least 0
   * @return a scalar
   * @throws IllegalArgumentException if shapes do not fit, a label is out of range or eps is
   *     negative or not finite
   */
  NDArray evaluate(NDArray logits, NDArray labels, NDArray constants, double eps);

  /**
   * The loss at a time of training; the same at all times unless this is overridden.
   *
   * @param share how much of training is over, in [0, 1)
   * @return the loss of the step that begins then
   */
  default Loss at(double share) {
    return this;
  }

  /**
   * A formula of one's own under a name, so that runs with it can be recorded.
   *
   * @param name what tables and records call it; another formula needs another name
   * @param formula the loss, for example a lambda
   * @return the same loss with the name
   */
  static Loss named(String name, Loss formula) {
    return new NamedLoss(
        Given.notNull("The loss's name", name), Given.notNull("The loss's formula", formula));
  }

  /**
   * Checks the arguments of {@link #evaluate} and turns labels into indicator rows.
   *
   * @param logits (N, C)
   * @param labels (N)
   * @param constants (C, C)
   * @param eps the training radius
   * @return (N, C) with a 1 at each sample's true class, in the logits' type
   */
  static NDArray oneHot(NDArray logits, NDArray labels, NDArray constants, double eps) {
    Shape shape = logits.getShape();
    if (shape.dimension() != 2
        || !labels.getShape().equals(new Shape(shape.get(0)))
        || !constants.getShape().equals(new Shape(shape.get(1), shape.get(1)))) {
      throw new IllegalArgumentException(
          "A loss needs logits (N, C), labels (N) and constants (C, C), not "
              + shape
              + ", "
              + labels.getShape()
              + " and "
              + constants.getShape()
              + ".");
    }
    if (!(eps >= 0 && eps < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "The training radius must be at least 0, not " + eps + ".");
    }
    int classes = (int) shape.get(1);
    NDArray wide = labels.toType(DataType.INT64, false);
    long low = wide.min().getLong();
    long high = wide.max().getLong();
    if (low < 0 || high >= classes) {
      throw Given.refused(
          "Labels must lie in [0, %d) but range from %d to %d; check the data set's number of"
              + " classes.",
          classes, low, high);
    }
    return wide.oneHot(classes).toType(logits.getDataType(), false);
  }
}
