package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;

/** An optimizer at work that remembers one velocity for each weight, zeros at first. */
final class Velocities implements Optimizer.Updater {

  /** One step of one weight. */
  @FunctionalInterface
  interface Move {

    /**
     * Moves the weight and its velocity, in place.
     *
     * @param weight of any shape
     * @param gradient of the same shape; not changed
     * @param velocity of the same shape
     * @param rate the learning rate
     */
    void apply(NDArray weight, NDArray gradient, NDArray velocity, double rate);
  }

  private final String name;
  private final List<NDArray> weights;
  private final List<NDArray> velocities;
  private final Move move;

  /**
   * Begins to work.
   *
   * @param name how the velocities' names in {@link #state} begin
   * @param weights the weights
   * @param move their step
   */
  Velocities(String name, List<NDArray> weights, Move move) {
    this.name = name;
    this.weights = weights;
    this.velocities = Optimizer.zeros(weights);
    this.move = move;
  }

  @Override
  public void step(List<NDArray> gradients, double rate, long time) {
    for (int i = 0; i < weights.size(); i++) {
      move.apply(weights.get(i), gradients.get(i), velocities.get(i), rate);
    }
  }

  @Override
  public Map<String, NDArray> state() {
    return Optimizer.named(name, velocities);
  }
}
