package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;

/** Changes weights by their gradients, step by step. */
public interface Optimizer {

  /**
   * Updates all weights in place.
   *
   * @param gradients one a weight, of the same shape; not changed
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
