package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Pass;

/**
 * What a training method does to a step beside its loss: to the images before it, to the loss in it
 * or to the weights after it. One record is one method, and its {@code toString} is the name that
 * tables show. A method overrides only what it changes.
 */
public interface Regularizer {

  /** Leaves everything as it is. */
  record None() implements Regularizer {

    @Override
    public String toString() {
      return "none";
    }
  }

  /**
   * {@return the images to train on, as many and of the same shape} They are made before gradients
   * are recorded.
   *
   * @param classifier with its weights before this step
   * @param batch the images of this step
   * @param seed decides the random numbers of this step
   */
  default Batch examples(Classifier classifier, Batch batch, long seed) {
    return batch;
  }

  /**
   * {@return whether {@link #examples} needs pixels in [0, 1], which noise leaves} Such a method
   * and noise are refused together.
   */
  default boolean needsPixels() {
    return false;
  }

  /**
   * {@return the loss with its penalty: a scalar, differentiable in the weights}
   *
   * @param loss the mean loss of the batch, a scalar; the margin constants have been found
   * @param classifier whose weights to penalise
   * @param pass the training pass of this step
   */
  default NDArray penalise(NDArray loss, Classifier classifier, Pass pass) {
    return loss;
  }

  /**
   * Is called after the optimizer has changed the weights, and may change them further. Gradients
   * are not recorded meanwhile, and arrays that it makes are freed after the step.
   *
   * @param classifier with its new weights
   */
  default void updated(Classifier classifier) {}

  /**
   * Checks the weight of a penalty.
   *
   * @param weight must be at least 0
   * @throws IllegalArgumentException if it is not
   */
  static void requireWeight(double weight) {
    if (!(weight >= 0)) {
      throw new IllegalArgumentException(
          "A penalty needs a weight of at least 0, not " + weight + ".");
    }
  }

  /**
   * {@return a number as names show it: 5e-4, 0.01, 10}
   *
   * @param value the number
   */
  static String number(double value) {
    return String.valueOf(value).replaceFirst("\\.0(?=E|$)", "").replace('E', 'e');
  }
}
