package org.lipkit.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.lipkit.cost.Measurement;
import org.lipkit.cost.Measurement.Work;
import org.lipkit.cost.SpeedRecord;
import org.lipkit.draw.Charts;
import org.lipkit.draw.Show;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Results;

/**
 * Shows the recorded benchmark below the running cell. Where none is recorded, {@link #recorded}
 * says so and the others show nothing.
 */
public final class SpeedViews {

  private static final List<String> PRECISIONS = List.of(Measurement.FLOAT32, Measurement.MIXED);

  private final Optional<SpeedRecord> speed;

  SpeedViews(Optional<SpeedRecord> speed) {
    this.speed = speed;
  }

  /**
   * Loads the benchmark and prints which machine it was run on.
   *
   * @return its views
   */
  public static SpeedViews recorded() {
    SpeedViews views = new SpeedViews(SpeedRecord.load(Results.benchmark()));
    System.out.println(views.machine());
    return views;
  }

  /** A few lines on the machine, or the sentence that no benchmark is recorded. */
  String machine() {
    if (speed.isEmpty()) {
      return "No benchmark is recorded: run environment/bench (a quarter of an hour, on a machine"
          + " with nothing else to do), then this notebook again.";
    }
    SpeedRecord.Machine machine = speed.get().machine();
    Map<String, String> environment = machine.environment();
    return String.format(
        "%s, %s cores, %s%n%s, %s%nDoes bfloat16 pay? %s%n%s, commit %s",
        environment.get("processor"),
        environment.get("cores"),
        environment.get("system"),
        environment.get("engine"),
        environment.get("java"),
        environment.get("bfloat16"),
        machine.finished(),
        machine.gitCommit());
  }

  /**
   * Bars: how many plain steps a certified one costs, by network, iterations and precision.
   *
   * @param title above the picture
   */
  public void certifiedSteps(String title) {
    bars(
        title,
        "times the plain step",
        List.of(Work.CERTIFIED_STEP_1, Work.CERTIFIED_STEP_10),
        Measurement::toPlain);
  }

  /**
   * Bars: how many times the bare products a plain and a certified step cost.
   *
   * @param title above the picture
   */
  public void overFloor(String title) {
    bars(
        title,
        "times the products alone",
        List.of(Work.PLAIN_STEP, Work.CERTIFIED_STEP_1),
        Measurement::toFloor);
  }

  private void bars(
      String title, String yTitle, List<Work> works, ToDoubleFunction<Measurement> height) {
    speed.ifPresent(
        found -> {
          List<Charts.Bars> bars = new ArrayList<>();
          for (Work work : works) {
            for (String precision : PRECISIONS) {
              double[] values =
                  found.networks().stream()
                      .mapToDouble(
                          network -> height.applyAsDouble(row(found, network, precision, work)))
                      .toArray();
              bars.add(new Charts.Bars(work.label() + ", " + precision, values, null));
            }
          }
          List<String> groups = found.networks().stream().map(n -> named(found, n)).toList();
          Show.image(Charts.bars(new Title(title, false), yTitle, groups, bars));
        });
  }

  private static Measurement row(SpeedRecord speed, String network, String precision, Work work) {
    return speed
        .find(network, precision, work)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(
                        "speed.csv lacks \"%s\" of %s in %s; run environment/bench again.",
                        work.label(), network, precision)));
  }

  private static String named(SpeedRecord speed, String network) {
    int batch = row(speed, network, Measurement.FLOAT32, Work.PLAIN_STEP).batch();
    return network.replace("LiResNet ", "") + ", batch " + batch;
  }

  /**
   * A row a measurement: its time in ms, with half the 99.9 % confidence interval, its multiples of
   * the plain work and of the products alone, and the process's peak memory in MiB.
   *
   * @param title above the table
   * @param works what to list
   */
  public void table(String title, Work... works) {
    List<Work> wanted = List.of(works);
    List<List<Object>> rows = new ArrayList<>();
    for (Measurement m : speed.map(SpeedRecord::rows).orElse(List.of())) {
      if (wanted.contains(m.what())) {
        List<Object> row = new ArrayList<>();
        row.add(m.network());
        row.add(m.batch());
        row.add(m.precision());
        row.add(m.what().label());
        row.add(RunViews.rounded(m.millis(), 10));
        row.add(m.error() == null ? null : RunViews.rounded(m.error(), 10));
        row.add(RunViews.rounded(m.toPlain(), 100));
        row.add(RunViews.rounded(m.toFloor(), 100));
        row.add(m.peakMebibytes() == null ? null : Math.round(m.peakMebibytes()));
        rows.add(row);
      }
    }
    show(
        title,
        List.of("network", "batch", "precision", "what", "ms", "±", "x plain", "x products", "MiB"),
        rows);
  }

  /**
   * Certified steps beside what counting products predicts of them. An iteration applies every
   * layer to one image and its adjoint to the result, the bound itself applies it once more and
   * differentiates by the weights, and a step does both and the images' gradients for N images:
   * {@code 1 + (2 t + 2) / (3 N)} plain steps with t iterations.
   *
   * @param title above the table
   */
  public void prediction(String title) {
    List<List<Object>> rows = new ArrayList<>();
    for (Measurement m : speed.map(SpeedRecord::rows).orElse(List.of())) {
      int iterations =
          m.what() == Work.CERTIFIED_STEP_1 ? 1 : m.what() == Work.CERTIFIED_STEP_10 ? 10 : 0;
      if (iterations > 0 && m.precision().equals(Measurement.FLOAT32)) {
        double predicted = 1 + (2 * iterations + 2) / (3.0 * m.batch());
        rows.add(
            List.of(
                m.network(),
                m.batch(),
                iterations,
                RunViews.rounded(predicted, 1000),
                RunViews.rounded(m.toPlain(), 1000)));
      }
    }
    show(title, List.of("network", "batch", "iterations", "predicted", "measured"), rows);
  }

  /**
   * A row a network and piece of work: its time in both precisions and what mixed precision saves.
   *
   * @param title above the table
   */
  public void precisions(String title) {
    List<List<Object>> rows = new ArrayList<>();
    for (Measurement m : speed.map(SpeedRecord::rows).orElse(List.of())) {
      if (m.precision().equals(Measurement.MIXED)) {
        Measurement wide = row(speed.orElseThrow(), m.network(), Measurement.FLOAT32, m.what());
        rows.add(
            List.of(
                m.network(),
                m.what().label(),
                RunViews.rounded(wide.millis(), 10),
                RunViews.rounded(m.millis(), 10),
                RunViews.rounded(wide.millis() / m.millis(), 100)));
      }
    }
    show(title, List.of("network", "what", "float32 ms", "mixed ms", "times faster"), rows);
  }

  private void show(String title, List<String> header, List<List<Object>> rows) {
    if (speed.isPresent()) {
      Show.table(Tables.of(new Title(title, false), header, rows));
    }
  }
}
