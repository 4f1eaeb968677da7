package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lipkit.data.Batch;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Pass;

/**
 * What a training method does to a step beside its loss: to the images before it, to the loss in it
 * or to the weights after it. One small class a method; whatever a method does not name is left as
 * it is.
 */
public interface Regularizer {

  /** Leaves everything as it is. */
  Regularizer NONE = new Regularizer() {};

  /**
   * The images to train on, made before gradients are recorded.
   *
   * @param classifier with its weights before this step
   * @param batch the images of this step
   * @param seed of this step's random numbers
   * @param manager where arrays may be created; all are freed again
   * @return as many images of the same shape with their labels
   */
  default Batch examples(Classifier classifier, Batch batch, long seed, NDManager manager) {
    return batch;
  }

  /**
   * The loss with its penalty, differentiable in the weights.
   *
   * @param loss the mean loss of the batch, a scalar; the margins' constants have been found
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
}
