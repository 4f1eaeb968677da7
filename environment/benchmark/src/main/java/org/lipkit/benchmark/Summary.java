package org.lipkit.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lipkit.benchmark.Schedule.Task;
import org.lipkit.cost.Measurement;
import org.openjdk.jmh.util.ListStatistics;

/** Turns the times of a schedule's measured tasks into one row per task. */
final class Summary {

  private static final double CONFIDENCE = 0.999;

  /** A task's times, in the order of the rounds, and the largest of its peaks. */
  private static final class Times {
    final List<Double> millis = new ArrayList<>();
    Double peak;

    ListStatistics statistics() {
      return new ListStatistics(millis.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  private Summary() {}

  /**
   * A row for each task.
   *
   * @param network what was timed
   * @param batch images per step
   * @param tasks the measured tasks in order
   * @param millis their times
   * @param peaks their peak memory in MiB, or null where it was not measured
   */
  static List<Measurement> of(
      Network network, int batch, List<Task> tasks, List<Double> millis, List<Double> peaks) {
    Map<Task, Times> all = new LinkedHashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      Times times = all.computeIfAbsent(tasks.get(i), task -> new Times());
      times.millis.add(millis.get(i));
      Double peak = peaks.get(i);
      if (peak != null) {
        times.peak = times.peak == null ? peak : Math.max(times.peak, peak);
      }
    }
    List<Measurement> rows = new ArrayList<>();
    all.forEach(
        (task, times) -> {
          ListStatistics statistics = times.statistics();
          rows.add(
              new Measurement(
                  network.model(),
                  batch,
                  task.precision(),
                  task.work(),
                  times.millis.size(),
                  statistics.getMean(),
                  times.millis.size() < 3 ? null : statistics.getMeanErrorAt(CONFIDENCE),
                  ratio(times, all.get(new Task(task.work().plain(), task.mixed()))),
                  ratio(times, all.get(new Task(task.work().floor(), task.mixed()))),
                  times.peak));
        });
    return rows;
  }

  /** The median of the rounds' ratios; of a task that is done once, the ratio to the mean. */
  private static double ratio(Times times, Times base) {
    if (times.millis.size() < base.millis.size()) {
      return times.millis.get(0) / base.statistics().getMean();
    }
    double[] ratios =
        IntStream.range(0, times.millis.size())
            .mapToDouble(round -> times.millis.get(round) / base.millis.get(round))
            .toArray();
    return new ListStatistics(ratios).getPercentile(50);
  }
}
