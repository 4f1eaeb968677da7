package org.lipkit.experiment;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A number over the epochs of a training.
 *
 * @param epochs the epochs at which it is known, from 1
 * @param values its values there
 */
public record EpochCurve(double[] epochs, double[] values) {

  /**
   * The mean over several runs.
   *
   * @param runs the runs of several seeds
   * @param value the number of an epoch, or null where it is not known
   * @return the mean at the epochs where every run has a value; empty if there is no such epoch
   */
  public static EpochCurve mean(List<Run> runs, Function<Epoch, Double> value) {
    int last = runs.stream().mapToInt(run -> run.history().size()).min().orElse(0);
    int[] known =
        IntStream.range(0, last)
            .filter(i -> runs.stream().allMatch(r -> value.apply(r.history().get(i)) != null))
            .toArray();
    return new EpochCurve(
        IntStream.of(known).mapToDouble(i -> runs.get(0).history().get(i).epoch()).toArray(),
        IntStream.of(known)
            .mapToDouble(
                i ->
                    runs.stream()
                        .mapToDouble(run -> value.apply(run.history().get(i)))
                        .average()
                        .orElseThrow())
            .toArray());
  }

  /** {@return whether the number is known at no epoch} */
  public boolean isEmpty() {
    return epochs.length == 0;
  }
}
