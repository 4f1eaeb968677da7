package org.lipkit.view;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lipkit.cost.Measurement;
import org.lipkit.cost.Measurement.Work;
import org.lipkit.cost.OperatorTime;
import org.lipkit.cost.SpeedRecord;
import org.lipkit.draw.Charts;
import org.lipkit.draw.Hue;
import org.lipkit.draw.Show;
import org.lipkit.draw.TableBuilder;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Results;
import org.lipkit.text.Given;
import org.lipkit.text.Text;
import tech.tablesaw.api.Table;

/**
 * Shows the recorded benchmark below the running cell. Where none is recorded, {@link #recorded}
 * says so and the others show nothing. No table is shown without rows, such as the one of mixed
 * precision where it was not timed.
 */
public final class SpeedViews {

  private final Optional<SpeedRecord> speed;
  private final List<OperatorTime> profile;

  SpeedViews(Optional<SpeedRecord> speed, List<OperatorTime> profile) {
    this.speed = speed;
    this.profile = profile;
  }

  /**
   * Loads {@link Results#benchmark} and prints which machine it was run on.
   *
   * @return the recorded benchmark, or one without rows where none is recorded
   */
  public static SpeedViews recorded() {
    return recorded(Results.benchmark());
  }

  /**
   * Loads a benchmark and prints which machine it was run on.
   *
   * @param folder what {@code environment/bench --folder} was given
   * @return that benchmark, or one without rows where the folder has none
   */
  public static SpeedViews recorded(Path folder) {
    SpeedViews views = new SpeedViews(SpeedRecord.load(folder), OperatorTime.load(folder));
    System.out.println(
        views
            .machine()
            .orElse(
                "No benchmark is recorded: run environment/bench --folder "
                    + folder
                    + " (a quarter of an hour, on a machine with nothing else to do), then this"
                    + " notebook again."));
    return views;
  }

  /** A few lines on the machine, or empty where no benchmark is recorded. */
  Optional<String> machine() {
    return speed
        .map(SpeedRecord::machine)
        .map(
            machine ->
                Text.of(
                    "%s, %s cores, %s\n%s, %s\nDoes bfloat16 pay? %s\n%s, commit %s",
                    machine.get("processor"),
                    machine.get("cores"),
                    machine.get("system"),
                    machine.get("engine"),
                    machine.get("java"),
                    machine.get("bfloat16"),
                    machine.finished(),
                    machine.gitCommit()));
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
        List.of(Hue.BLUE, Hue.SKY, Hue.BROWN, Hue.YELLOW),
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
        List.of(Hue.GREY, Hue.PINK, Hue.BLUE, Hue.SKY),
        Measurement::toFloor);
  }

  private void bars(
      String title,
      String yTitle,
      List<Work> works,
      List<Hue> hues,
      ToDoubleFunction<Measurement> height) {
    speed.ifPresent(
        found -> {
          List<Charts.Bars> bars = new ArrayList<>();
          for (Work work : works) {
            for (String precision : found.precisions()) {
              double[] values =
                  found.networks().stream()
                      .mapToDouble(
                          network ->
                              TableBuilder.rounded(
                                  height.applyAsDouble(row(found, network, precision, work)), 2))
                      .toArray();
              int mixed = precision.equals(Measurement.MIXED) ? 1 : 0;
              Hue hue = hues.get(2 * works.indexOf(work) + mixed);
              bars.add(new Charts.Bars(work.label() + ", " + precision, values, hue));
            }
          }
          List<String> groups = found.networks().stream().map(n -> named(found, n)).toList();
          Show.image(
              Charts.bars(
                  new Title(title, false), "network, images per batch", yTitle, groups, bars));
        });
  }

  private static Measurement row(SpeedRecord speed, String network, String precision, Work work) {
    return speed
        .find(network, precision, work)
        .orElseThrow(
            () ->
                Given.refused(
                    "speed.csv lacks \"%s\" of %s in %s; run environment/bench again.",
                    work.label(), network, precision));
  }

  private static String named(SpeedRecord speed, String network) {
    int batch = row(speed, network, Measurement.FLOAT32, Work.PLAIN_STEP).batch();
    return network.replace("LiResNet ", "") + ", " + batch;
  }

  /**
   * One row per measurement: its time in ms, with half the 99.9 % confidence interval, its
   * multiples of the plain work and of the products alone, and the process's peak memory in MiB.
   *
   * @param title above the table
   * @param works what to list
   */
  public void table(String title, Work... works) {
    show(
        title,
        rows(row -> List.of(works).contains(row.what()))
            .column("network", Measurement::network)
            .column("batch", Measurement::batch)
            .column("precision", Measurement::precision)
            .column("what", row -> row.what().label())
            .number("ms", 1, Measurement::millis)
            .number("±", 1, SpeedViews::error)
            .number("x plain", 2, Measurement::toPlain)
            .number("x products", 2, Measurement::toFloor)
            .column(
                "MiB",
                row -> row.peakMebibytes() == null ? null : Math.round(row.peakMebibytes())));
  }

  /**
   * Certified steps beside {@link Measurement#predictedToPlain}, in plain steps.
   *
   * @param title above the table
   */
  public void prediction(String title) {
    show(
        title,
        rows(row -> row.what().iterations() > 0 && row.precision().equals(Measurement.FLOAT32))
            .column("network", Measurement::network)
            .column("batch", Measurement::batch)
            .column("iterations", row -> row.what().iterations())
            .number("predicted", 3, Measurement::predictedToPlain)
            .number("measured", 3, Measurement::toPlain));
  }

  /**
   * One row per network and piece of work: its mean time in both precisions with half the 99.9 %
   * confidence intervals, and the quotient of the means.
   *
   * @param title above the table
   */
  public void precisions(String title) {
    show(
        title,
        rows(row -> row.precision().equals(Measurement.MIXED))
            .column("network", Measurement::network)
            .column("what", row -> row.what().label())
            .number("float32 ms", 1, row -> float32(row).millis())
            .number("±", 1, row -> error(float32(row)))
            .number("mixed ms", 1, Measurement::millis)
            .number("mixed ±", 1, SpeedViews::error)
            .number("times faster", 2, row -> float32(row).millis() / row.millis()));
  }

  /**
   * One row per measurement that another program's benchmark has too: the mean times of both and
   * their quotient, which is below 1 where this program is the faster one. Prints the other
   * program's engine and processor, and when it ended. Shows nothing if the folder has no
   * benchmark.
   *
   * @param title above the table
   * @param folder where the other benchmark lies, made on the same machine
   */
  public void beside(String title, Path folder) {
    SpeedRecord.load(folder)
        .ifPresent(
            other -> {
              SpeedRecord.Machine machine = other.machine();
              System.out.println(
                  String.join(
                      "; ",
                      "other: " + machine.get("engine"),
                      machine.get("processor"),
                      machine.finished()));
              show(title, besideRows(other));
            });
  }

  private TableBuilder<Measurement> besideRows(SpeedRecord other) {
    ToDoubleFunction<Measurement> millis = row -> other.counterpart(row).orElseThrow().millis();
    return rows(row -> other.counterpart(row).isPresent())
        .column("network", Measurement::network)
        .column("batch", Measurement::batch)
        .column("precision", Measurement::precision)
        .column("what", row -> row.what().label())
        .number("other ms", 1, millis)
        .number("ms", 1, Measurement::millis)
        .number("ms / other", 2, row -> row.millis() / millis.applyAsDouble(row));
  }

  /** An operator in some work, and what other work spends in it. */
  private record Added(OperatorTime row, double otherCalls, double otherMillis) {

    Added(OperatorTime row, Optional<OperatorTime> other) {
      this(
          row,
          other.map(OperatorTime::calls).orElse(0.0),
          other.map(OperatorTime::millis).orElse(0.0));
    }

    double millis() {
      return row.millis() - otherMillis;
    }
  }

  /**
   * One row per operator of the engine: its calls and its time in two pieces of work, those first
   * to which the second adds most.
   *
   * @param title above the table
   * @param network which network
   * @param precision {@link Measurement#FLOAT32} or {@link Measurement#MIXED}
   * @param less the work that is compared with, such as {@link Work#PLAIN_STEP}
   * @param more the work whose operators are listed, such as {@link Work#CERTIFIED_STEP_10}
   * @param operators how many rows, at least 1
   */
  public void profile(
      String title, String network, String precision, Work less, Work more, int operators) {
    Map<String, OperatorTime> others =
        profile(network, precision, less)
            .collect(Collectors.toMap(OperatorTime::operator, Function.identity()));
    List<Added> rows =
        profile(network, precision, more)
            .map(row -> new Added(row, Optional.ofNullable(others.get(row.operator()))))
            .sorted(Comparator.comparing(Added::millis).reversed())
            .limit(operators)
            .toList();
    if (!rows.isEmpty()) {
      Show.table(
          TableBuilder.of(rows)
              .column("operator", added -> added.row().operator())
              .number("calls, " + less.label(), 0, Added::otherCalls)
              .number("calls, " + more.label(), 0, added -> added.row().calls())
              .number("ms, " + less.label(), 1, Added::otherMillis)
              .number("ms, " + more.label(), 1, added -> added.row().millis())
              .number("added ms", 1, Added::millis)
              .table(new Title(title, false)));
    }
  }

  private Stream<OperatorTime> profile(String network, String precision, Work what) {
    return profile.stream()
        .filter(row -> row.network().equals(network) && row.precision().equals(precision))
        .filter(row -> row.what() == what);
  }

  private Measurement float32(Measurement mixed) {
    return row(speed.orElseThrow(), mixed.network(), Measurement.FLOAT32, mixed.what());
  }

  private static double error(Measurement row) {
    return row.error() == null ? Double.NaN : row.error();
  }

  private TableBuilder<Measurement> rows(Predicate<Measurement> wanted) {
    List<Measurement> all = speed.map(SpeedRecord::rows).orElse(List.of());
    return TableBuilder.of(all.stream().filter(wanted).toList());
  }

  private static void show(String title, TableBuilder<Measurement> rows) {
    Table table = rows.table(new Title(title, false));
    if (!table.isEmpty()) {
      Show.table(table);
    }
  }
}
