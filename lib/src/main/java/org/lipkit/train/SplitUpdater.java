package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Two optimizers at work on the two parts of a list of weights, the second at a rate of its own.
 */
final class SplitUpdater implements Optimizer.Updater {

  private final List<Integer> chosen;
  private final List<Integer> others;
  private final Optimizer.Updater first;
  private final Optimizer.Updater second;
  private final double factor;

  /**
   * Begins to work.
   *
   * @param weights all weights
   * @param isChosen whether the first optimizer gets the weight at a place in the list
   * @param first for the chosen weights
   * @param second for the others
   * @param factor what the learning rate is multiplied by for the others
   */
  SplitUpdater(
      List<NDArray> weights,
      IntPredicate isChosen,
      Optimizer first,
      Optimizer second,
      double factor) {
    List<Integer> all = IntStream.range(0, weights.size()).boxed().toList();
    this.chosen = all.stream().filter(isChosen::test).toList();
    this.others = all.stream().filter(place -> !isChosen.test(place)).toList();
    this.first = first.start(at(chosen, weights));
    this.second = second.start(at(others, weights));
    this.factor = factor;
  }

  private static List<NDArray> at(List<Integer> places, List<NDArray> all) {
    return places.stream().map(all::get).toList();
  }

  @Override
  public void step(List<NDArray> gradients, double rate, long time) {
    if (!chosen.isEmpty()) {
      first.step(at(chosen, gradients), rate, time);
    }
    if (!others.isEmpty()) {
      second.step(at(others, gradients), rate * factor, time);
    }
  }

  @Override
  public void epochEnded() {
    first.epochEnded();
    second.epochEnded();
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>(first.state());
    state.putAll(second.state());
    return state;
  }
}
