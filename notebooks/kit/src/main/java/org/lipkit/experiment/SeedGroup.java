package org.lipkit.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Runs that differ in nothing but the seed.
 *
 * @param runs the runs, perhaps none
 */
public record SeedGroup(List<Run> runs) {

  /**
   * How much larger a quantity is in one group than in another.
   *
   * @param points the difference of the means
   * @param spread the larger one of the groups' own spreads, which chance alone may account for
   * @param seeds how many seeds each group has at least; with one the spread says nothing
   */
  public record Difference(double points, double spread, int seeds) {

    /**
     * Whether the difference is larger than the seeds' own.
     *
     * @return false with fewer than two seeds
     */
    public boolean exceedsSpread() {
      return seeds >= 2 && Math.abs(points) > spread;
    }
  }

  /**
   * Puts runs that differ in nothing but the seed together.
   *
   * @param runs any runs
   * @return the groups, each where its first run stood
   */
  public static List<SeedGroup> of(List<Run> runs) {
    Map<Experiment, List<Run>> groups = new LinkedHashMap<>();
    for (Run run : runs) {
      groups.computeIfAbsent(run.experiment().withoutSeed(), same -> new ArrayList<>()).add(run);
    }
    return groups.values().stream().map(SeedGroup::new).toList();
  }

  /**
   * The runs of one method.
   *
   * @param runs runs that differ in the method and the seed
   * @param method as {@link Experiment#method} names it
   * @return its runs, perhaps none
   */
  public static SeedGroup withMethod(List<Run> runs, String method) {
    return new SeedGroup(
        runs.stream().filter(run -> run.experiment().method().equals(method)).toList());
  }

  /**
   * What all runs have in common, as the first of them states it.
   *
   * @return its experiment
   * @throws IndexOutOfBoundsException if there is no run
   */
  public Experiment experiment() {
    return runs.get(0).experiment();
  }

  /**
   * The runs that were trained to the end.
   *
   * @return those, perhaps none
   */
  public List<Run> complete() {
    return runs.stream().filter(Run::isComplete).toList();
  }

  /**
   * The mean over the runs that were trained to the end.
   *
   * @param quantity what to measure of a run
   * @return the mean, NaN if all runs diverged
   */
  public double mean(ToDoubleFunction<Run> quantity) {
    return complete().stream().mapToDouble(quantity).average().orElse(Double.NaN);
  }

  /**
   * The spread over the runs that were trained to the end: the largest value minus the smallest.
   *
   * @param quantity what to measure of a run
   * @return the difference, NaN if all runs diverged
   */
  public double spread(ToDoubleFunction<Run> quantity) {
    double[] values = complete().stream().mapToDouble(quantity).sorted().toArray();
    return values.length == 0 ? Double.NaN : values[values.length - 1] - values[0];
  }

  /**
   * How much larger a quantity is here than in another group.
   *
   * @param other the group to compare with
   * @param quantity what to measure of a run
   * @return the difference with its uncertainty; NaN where all runs of a group diverged
   */
  public Difference minus(SeedGroup other, ToDoubleFunction<Run> quantity) {
    return new Difference(
        mean(quantity) - other.mean(quantity),
        Math.max(spread(quantity), other.spread(quantity)),
        Math.min(complete().size(), other.complete().size()));
  }

  /**
   * How often the threatening class rotates ({@link Epoch#rotation}), as means over the runs that
   * were trained to the end.
   *
   * @return one share for each epoch that all of them have behind them, NaN where one did not
   *     record it
   */
  public double[] rotation() {
    int epochs = complete().stream().mapToInt(run -> run.history().size()).min().orElse(0);
    return IntStream.range(0, epochs)
        .mapToDouble(
            i ->
                mean(
                    run -> Objects.requireNonNullElse(run.history().get(i).rotation(), Double.NaN)))
        .toArray();
  }
}
