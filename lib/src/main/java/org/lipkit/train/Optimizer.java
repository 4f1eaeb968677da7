package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How weights are changed by their gradients: an immutable value, with the method's numbers as its
 * fields. A method is one record.
 */
public interface Optimizer {

  /**
   * Begins to work on some weights.
   *
   * @param weights the leaf arrays to train
   * @return the optimizer at its start; what it remembers joins the weights' managers
   */
  Updater start(List<NDArray> weights);

  /** An optimizer at work on some weights, with what it remembers from step to step. */
  interface Updater {

    /**
     * Updates all weights in place.
     *
     * @param gradients one for each weight, of the same shape; not changed
     * @param rate the learning rate
     * @param time the number of this step, from 1
     */
    void step(List<NDArray> gradients, double rate, long time);

    /**
     * What a checkpoint must hold beside the weights, so that training goes on as if unbroken.
     *
     * @return the arrays themselves, by name
     */
    Map<String, NDArray> state();
  }

  /**
   * Arrays by name, for {@link Updater#state}.
   *
   * @param prefix how the names begin
   * @param arrays the arrays
   * @return each array under the prefix and its place in the list
   */
  static Map<String, NDArray> named(String prefix, List<NDArray> arrays) {
    Map<String, NDArray> named = new LinkedHashMap<>();
    for (NDArray array : arrays) {
      named.put(prefix + named.size(), array);
    }
    return named;
  }

  /**
   * Zeros to begin moments with.
   *
   * @param weights the weights
   * @return one array for each weight, of its shape and in its manager
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
