package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.cost.Operations;
import org.lipkit.draw.Charts;
import org.lipkit.draw.Show;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.PublishedResult;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.experiment.Scale;
import tech.tablesaw.api.Table;

/** All recorded runs beside all published numbers: one table, and what accuracy costs. */
public final class Scoreboard {

  private static final String PUBLISHED = "published";

  private final List<Run> runs;
  private final List<PublishedResult> published;
  private final Map<List<String>, Long> perImage = new HashMap<>();
  private final Map<Run, OptionalDouble> compute = new IdentityHashMap<>();

  /**
   * Collects what there is.
   *
   * @param runs recorded runs, diverged ones too
   * @param published other people's results
   */
  public Scoreboard(List<Run> runs, List<PublishedResult> published) {
    this.runs = List.copyOf(runs);
    this.published = List.copyOf(published);
  }

  /**
   * A row a run and a row for all radii of a published system, with a pair of columns for each
   * radius: verified-robust accuracy by the papers' estimates, and for the float32 program. A run
   * has those radii that anybody reports on its data set. Accuracies are in percent; "train MACs"
   * are the multiply-adds of the training by {@link Operations}.
   *
   * @param title above the table
   * @return the table, to be filtered and sorted
   */
  public Table table(String title) {
    Map<String, Double> radii = radii(any -> true);
    List<List<Object>> rows = new ArrayList<>();
    for (Run run : runs) {
      rows.add(row(run, radii));
    }
    for (List<PublishedResult> claim : RunViews.claims(published, false)) {
      rows.add(row(claim, radii.values()));
    }
    List<String> header =
        new ArrayList<>(List.of("data set", "system", "network", "method", "scale", "seed"));
    header.add("clean %");
    for (String radius : radii.keySet()) {
      header.addAll(List.of(radius + " est. %", radius + " cert. %"));
    }
    header.addAll(List.of("test images", "parameters", "train MACs", "minutes", "record"));
    return Tables.of(new Title(title, false), header, rows);
  }

  /**
   * The same table as a page's element: with choices of data set, system, scale and radius above it
   * where scripts run, a plain table elsewhere.
   *
   * @param title above the table
   * @return HTML for {@link Show#html}
   */
  public String html(String title) {
    return Filters.above(
        Tables.html(table(title)),
        List.of("data set", "system", "scale"),
        "radius",
        List.copyOf(radii(any -> true).keySet()));
  }

  private List<Object> row(Run run, Map<String, Double> radii) {
    RunRecord record = run.record();
    Experiment experiment = run.experiment();
    boolean diverged = !complete(run);
    CertifiedAccuracy estimated = diverged ? null : run.estimated();
    CertifiedAccuracy certified = record.certification() == null ? null : run.certified();
    Collection<String> apt = radii(experiment.dataset()::equalsIgnoreCase).keySet();
    List<Object> row =
        new ArrayList<>(
            List.of(
                run.dataTitle(),
                "LipKit",
                experiment.model(),
                diverged ? experiment.method() + " (diverged)" : experiment.method(),
                experiment.scale().id(),
                experiment.seed()));
    row.add(diverged ? null : RunViews.percent(estimated.clean()));
    radii.forEach(
        (name, radius) -> {
          boolean shown = apt.contains(name);
          row.add(!shown || diverged ? null : RunViews.percent(estimated.at(radius)));
          row.add(!shown || certified == null ? null : RunViews.percent(certified.at(radius)));
        });
    OptionalDouble compute = compute(run);
    row.add(diverged ? null : run.samples().size());
    row.add(record.parameters());
    row.add(compute.isPresent() ? compute.getAsDouble() : null);
    row.add(RunViews.rounded(record.trainingSeconds() / 60, 10));
    row.add(experiment.name() + "/" + experiment.scale().id());
    return row;
  }

  private List<Object> row(List<PublishedResult> claim, Collection<Double> radii) {
    PublishedResult first = claim.get(0);
    OptionalDouble compute = compute(first);
    List<Object> row =
        new ArrayList<>(
            Arrays.asList(
                first.dataset().toLowerCase(Locale.ROOT),
                first.system(),
                first.architecture(),
                null,
                PUBLISHED,
                null,
                first.cleanPct()));
    for (double radius : radii) {
      row.add(RunViews.vra(claim, radius));
      row.add(null);
    }
    row.add(null);
    row.add(RunViews.parameters(first));
    row.add(compute.isPresent() ? compute.getAsDouble() : null);
    row.addAll(Arrays.asList(null, first.source()));
    return row;
  }

  /** Radii that anybody reports on these data sets, by name in rising order. */
  private Map<String, Double> radii(Predicate<String> dataset) {
    TreeSet<Double> found = new TreeSet<>();
    runs.stream()
        .map(Run::experiment)
        .filter(experiment -> dataset.test(experiment.dataset()))
        .forEach(experiment -> found.add(experiment.radius()));
    published.stream()
        .filter(result -> dataset.test(result.dataset()))
        .forEach(result -> found.add(result.eps()));
    Map<String, Double> named = new LinkedHashMap<>();
    found.forEach(radius -> named.merge(RunViews.radius(radius), radius, Math::max));
    return named;
  }

  /**
   * Estimated VRA against the multiply-adds of the training, a point a run. Published numbers are
   * marks where the {@link Catalogue} describes how they were trained, lines across elsewhere.
   *
   * @param title above the picture
   * @param dataset the data set's id
   * @param radius in pixels of [0, 1]
   * @param beside the published results to draw; those of other data sets or radii are left out
   * @return the picture
   * @throws IllegalArgumentException if there is no run of known compute on the data set
   */
  public BufferedImage compute(
      String title, String dataset, double radius, List<PublishedResult> beside) {
    Map<String, List<double[]>> points = new TreeMap<>();
    for (Run run : runs) {
      OptionalDouble macs = compute(run);
      if (complete(run) && run.experiment().dataset().equals(dataset) && macs.isPresent()) {
        points
            .computeIfAbsent(run.experiment().method(), method -> new ArrayList<>())
            .add(new double[] {macs.getAsDouble(), 100 * run.estimated().at(radius)});
      }
    }
    List<Charts.Mark> marks = new ArrayList<>();
    List<Charts.Mark> lines = new ArrayList<>();
    beside.stream()
        .filter(result -> result.dataset().equalsIgnoreCase(dataset) && result.isAt(radius))
        .sorted(Comparator.comparing(PublishedResult::vraPct).reversed())
        .forEach(
            result -> {
              String label = "published: " + RunViews.name(result);
              OptionalDouble macs = compute(result);
              (macs.isPresent() ? marks : lines)
                  .add(new Charts.Mark(label, macs.orElse(0), result.vraPct()));
            });
    boolean madeUp =
        runs.stream()
            .anyMatch(
                run -> run.experiment().dataset().equals(dataset) && run.record().madeUpData());
    return Charts.compute(
        new Title(title, madeUp),
        "estimated VRA at " + RunViews.radius(radius) + ", %",
        points,
        marks,
        lines.stream().distinct().toList());
  }

  private OptionalDouble compute(Run run) {
    return compute.computeIfAbsent(
        run, same -> Operations.ofTraining(same, perImage(same.experiment())));
  }

  /** The catalogue's paper scale repeats what was published of the same network and method. */
  private OptionalDouble compute(PublishedResult result) {
    Optional<Experiment> paper =
        Catalogue.names().stream()
            .map(name -> Catalogue.get(name, Scale.PAPER))
            .filter(
                e ->
                    e.dataset().equalsIgnoreCase(result.dataset())
                        && e.model().equals(result.architecture())
                        && e.method().equals(result.system())
                        && result.isAt(e.radius()))
            .findFirst();
    return paper.isPresent()
        ? Operations.ofTraining(paper.get(), perImage(paper.get()))
        : OptionalDouble.empty();
  }

  private long perImage(Experiment experiment) {
    return perImage.computeIfAbsent(
        List.of(experiment.model(), experiment.dataset()), key -> Operations.perImage(experiment));
  }

  private static boolean complete(Run run) {
    return run.record().status() == RunRecord.Status.COMPLETE;
  }
}
