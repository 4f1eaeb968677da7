package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.Tensors;

/**
 * How gradients change the weights: an immutable value, with the method's numbers as its fields.
 * One record is one method.
 */
public interface Optimizer {

  /**
   * {@return the optimizer at the start of a training} What it remembers joins the weights'
   * managers.
   *
   * @param weights the leaf arrays to train
   */
  Updater start(List<NDArray> weights);

  /**
   * Begins to work on a classifier. An optimizer for which it matters what layer a weight belongs
   * to overrides this.
   *
   * @param classifier whose {@link Classifier#trainable} weights to train
   * @return the optimizer at its start
   */
  default Updater start(Classifier classifier) {
    return start(classifier.trainable());
  }

  /**
   * An optimizer at work on some weights, with what it remembers from step to step. It is to be
   * called inside {@link Tensors#withoutGradient}, as training does; the engine refuses to change
   * weights while their gradients are recorded.
   */
  interface Updater {

    /**
     * Updates all weights in place.
     *
     * @param gradients one for each weight, of the same shape; not changed
     * @param rate the learning rate
     * @param time the number of this step, from 1
     */
    void step(List<NDArray> gradients, double rate, long time);

    /** Is called after the last step of every epoch, and may change the weights further. */
    default void epochEnded() {}

    /**
     * {@return what a checkpoint must hold beside the weights so that an interrupted training can
     * go on: the arrays themselves, by name}
     */
    Map<String, NDArray> state();
  }

  /**
   * {@return arrays for {@link Updater#state}, each named by a prefix and its place in the list}
   *
   * @param prefix how the names begin
   * @param arrays the arrays
   */
  static Map<String, NDArray> named(String prefix, List<NDArray> arrays) {
    Map<String, NDArray> named = new LinkedHashMap<>();
    for (NDArray array : arrays) {
      named.put(prefix + named.size(), array);
    }
    return named;
  }

  /**
   * {@return one array of zeros for each weight, of its shape and in its manager}
   *
   * @param weights the weights
   */
  static List<NDArray> zeros(List<NDArray> weights) {
    return weights.stream().map(NDArray::zerosLike).toList();
  }

  /**
   * Checks a weight decay.
   *
   * @param decay must be at least 0
   * @throws IllegalArgumentException if it is not
   */
  static void requireDecay(double decay) {
    if (!(decay >= 0)) {
      throw new IllegalArgumentException("A weight decay must be at least 0, not " + decay + ".");
    }
  }
}
