package org.lipkit.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Runs that differ in nothing but the seed.
 *
 * @param runs the runs, perhaps none
 */
public record SeedGroup(List<Run> runs) {

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
   * Compares with another group, seed by seed.
   *
   * @param other another group
   * @param comparison what to find of a run of this group and the other group's run with its seed
   * @return a number for each seed that both were trained to the end with
   */
  public double[] bySeed(SeedGroup other, ToDoubleBiFunction<Run, Run> comparison) {
    Map<Long, Run> others =
        other.complete().stream()
            .collect(Collectors.toMap(run -> run.experiment().seed(), run -> run));
    return complete().stream()
        .filter(run -> others.containsKey(run.experiment().seed()))
        .mapToDouble(run -> comparison.applyAsDouble(run, others.get(run.experiment().seed())))
        .toArray();
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
}
