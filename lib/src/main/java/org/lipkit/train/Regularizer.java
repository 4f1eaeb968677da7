package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Pass;

/**
 * What a training method does to a step beside its loss: to the images before it, to the loss in it
 * or to the weights after it. A method is one record, and its {@code toString} is the name that
 * tables show; what it does not override is left as it is.
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
   * The images to train on, made before gradients are recorded.
   *
   * @param classifier with its weights before this step
   * @param batch the images of this step
   * @param seed of this step's random numbers
   * @return as many images of the same shape with their labels
   */
  default Batch examples(Classifier classifier, Batch batch, long seed) {
    return batch;
  }

  /**
   * The loss with its penalty, differentiable in the weights.
   *
   * @param loss the mean loss of the batch, a scalar; the margin constants have been found
   * @param classifier whose weights to penalise
   * @param pass the training pass of this step
   * @return a scalar
   */
  default NDArray penalise(NDArray loss, Classifier classifier, Pass pass) {
    return loss;
  }

  /**
   * Hears that the optimizer has changed the weights, which it may change further.
   *
   * @param classifier with its new weights
   */
  default void updated(Classifier classifier) {}

  /**
   * A number as names show it: 5e-4, 0.01, 10.
   *
   * @param value the number
   * @return as short as it can be read back from
   */
  static String number(double value) {
    return String.valueOf(value).replaceFirst("\\.0(?=E|$)", "").replace('E', 'e');
  }
}
