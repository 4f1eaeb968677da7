package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.lipkit.cost.Operations;
import org.lipkit.cost.TrainingCompute;
import org.lipkit.draw.Charts.Curve;
import org.lipkit.draw.Filters;
import org.lipkit.draw.LineChart;
import org.lipkit.draw.Show;
import org.lipkit.draw.Tables;
import org.lipkit.draw.Title;
import org.lipkit.experiment.PublishedClaim;
import org.lipkit.experiment.PublishedResult;
import org.lipkit.experiment.Radii;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunStatistics;
import tech.tablesaw.api.Table;

/** All recorded runs beside all published numbers: one table, and what accuracy costs. */
public final class Scoreboard {

  private static final double TRILLION = 1e12;

  private final List<Run> runs;
  private final List<PublishedResult> published;
  private final Map<String, Double> radii;
  private final TrainingCompute compute = new TrainingCompute();

  /**
   * Collects what there is.
   *
   * @param runs recorded runs, diverged ones too
   * @param published other people's results
   */
  public Scoreboard(List<Run> runs, List<PublishedResult> published) {
    this.runs = List.copyOf(runs);
    this.published = List.copyOf(published);
    this.radii = Radii.reported(runs, published);
  }

  /**
   * One row per run and one row per published system of a source, with two columns per radius: VRA
   * by the papers' estimates, and for the float32 program. A run has numbers at those radii that
   * anybody reports on its data set. Accuracies are in percent; "train MACs" are the multiply-adds
   * of the training by {@link Operations}.
   *
   * @param title above the table
   * @return the table, to be filtered and sorted
   */
  public Table table(String title) {
    Map<String, Set<String>> reported = new HashMap<>();
    RunTable table =
        RunTable.of(runs, PublishedClaim.of(published))
            .column(
                "data set",
                Run::dataTitle,
                claim -> claim.first().dataset().toLowerCase(Locale.ROOT))
            .column("system", run -> "LipKit", claim -> claim.first().system())
            .column(
                "network", run -> run.experiment().model(), claim -> claim.first().architecture())
            .column("method", Scoreboard::method)
            .column("scale", run -> run.experiment().scale().id(), claim -> "published")
            .column("seed", run -> run.experiment().seed())
            .percent("clean %", RunStatistics::clean, claim -> claim.first().cleanPct());
    radii.forEach(
        (name, radius) ->
            table.vra(
                name,
                run ->
                    reported
                            .computeIfAbsent(run.experiment().data(), this::reportedOn)
                            .contains(name)
                        ? radius
                        : null,
                claim -> claim.vraPct(radius)));
    return table
        .column("test images", RunViews::testImages)
        .column(
            "parameters", run -> run.record().network().parameters(), PublishedClaim::parameters)
        .column("train MACs", Operations::ofTraining, claim -> orNaN(compute.of(claim.first())))
        .column("minutes", RunViews::minutes)
        .record("record")
        .table(new Title(title, false));
  }

  private Set<String> reportedOn(String dataset) {
    return Radii.reported(
            runs.stream().filter(run -> run.experiment().data().equalsIgnoreCase(dataset)).toList(),
            published.stream()
                .filter(result -> result.dataset().equalsIgnoreCase(dataset))
                .toList())
        .keySet();
  }

  private static String method(Run run) {
    String method = run.experiment().method();
    return run.isComplete() ? method : method + " (diverged)";
  }

  private static double orNaN(OptionalDouble number) {
    return number.orElse(Double.NaN);
  }

  /**
   * The same table with menus above it for the data set, the system, the scale and the radius.
   * Where no script runs it is a plain table.
   *
   * @param title above the table
   * @return HTML for {@link Show#html}
   */
  public String html(String title) {
    return Filters.above(
        Tables.html(table(title)),
        List.of("data set", "system", "scale"),
        "radius",
        List.copyOf(radii.keySet()));
  }

  /**
   * {@return estimated VRA against the multiply-adds of the training, one point per run} A
   * published number is a mark where the catalogue describes its training, elsewhere a line across.
   *
   * @param title above the picture; it says so where data were made up
   * @param dataset the data set's id
   * @param radius in pixels of [0, 1]
   * @param beside the published results to draw; those of other data sets or radii are left out
   * @throws IllegalArgumentException if no training on the data set has a known cost
   */
  public BufferedImage compute(
      String title, String dataset, double radius, List<PublishedResult> beside) {
    List<Run> here = runs.stream().filter(run -> run.experiment().data().equals(dataset)).toList();
    List<Curve> points =
        RunChart.of(here)
            .by(run -> run.experiment().method())
            .x("multiply-adds", run -> Operations.ofTraining(run) / TRILLION)
            .y("VRA", run -> 100 * RunStatistics.estimatedVra(run, radius))
            .curves()
            .stream()
            .sorted(
                Comparator.comparing((Curve curve) -> curve.hue() == null)
                    .thenComparing(Curve::name))
            .toList();
    List<PublishedResult> claims =
        beside.stream()
            .filter(result -> result.dataset().equalsIgnoreCase(dataset) && result.isAt(radius))
            .sorted(Comparator.comparing(PublishedResult::vraPct).reversed())
            .toList();
    double[] costs =
        DoubleStream.concat(
                points.stream().flatMapToDouble(curve -> DoubleStream.of(curve.x())),
                claims.stream()
                    .flatMapToDouble(claim -> compute.of(claim).stream())
                    .map(macs -> macs / TRILLION))
            .toArray();
    if (costs.length == 0) {
      throw new IllegalArgumentException(
          "The chart '" + title + "' has no training of known cost; choose another data set.");
    }
    LineChart chart =
        LineChart.of(
                "multiply-adds of the training, trillions (10¹²)",
                "estimated VRA at " + Radii.name(radius) + ", %")
            .logarithmicX(costs);
    claims.stream()
        .filter(claim -> compute.of(claim).isEmpty())
        .collect(
            Collectors.groupingBy(
                PublishedResult::vraPct,
                LinkedHashMap::new,
                Collectors.mapping(
                    PublishedResult::label, Collectors.toCollection(LinkedHashSet::new))))
        .forEach(
            (vra, names) ->
                chart.level("published: " + String.join(" / ", names) + ", " + vra + " %", vra));
    points.forEach(chart::points);
    claims.forEach(
        claim ->
            compute
                .of(claim)
                .ifPresent(
                    macs ->
                        chart.mark(
                            "published: " + claim.label(), macs / TRILLION, claim.vraPct())));
    return chart.draw(RunTable.titled(title, here));
  }
}
