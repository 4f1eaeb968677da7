package org.lipkit.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.lipkit.draw.TableBuilder;
import org.lipkit.draw.Tables;
import org.lipkit.draw.Title;
import org.lipkit.experiment.PublishedClaim;
import org.lipkit.experiment.Radii;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunStatistics;
import org.lipkit.experiment.SeedGroup;
import org.lipkit.text.Given;
import org.lipkit.train.Recipe;
import tech.tablesaw.api.Table;

/**
 * A table of runs with the columns of your choice: one row per run, or one row per variant, where
 * runs that differ only in the seed share a row. Published results may follow, one row each.
 *
 * <pre>{@code
 * RunTable.of(runs)
 *     .column("run", RunTable::label)
 *     .number("epochs", 0, run -> run.history().size())
 *     .percent("VRA at 0.3", run -> run.estimated().at(0.3))
 *     .table("My runs")
 * }</pre>
 *
 * A column of numbers or percentages holds means over the runs of a row that were trained to the
 * end; where there is no such run, or where the mean is NaN, its cell is empty. Every other column
 * shows the first run of a row. A published result has a cell only in the columns that are given a
 * function for it.
 */
public final class RunTable {

  private static final List<Function<Run, String>> TRAITS =
      List.of(
          run -> "radius " + Radii.name(run.experiment().radius()),
          run -> "trained at " + trainedAt(run.experiment().recipe()),
          run -> "trained from " + trainedFrom(run.experiment().recipe()),
          run -> run.experiment().recipe().epochs() + " epochs",
          run -> iterations(run.experiment().recipe().powerIterations()),
          run -> run.experiment().recipe().unrolled() ? "unrolled" : "not unrolled",
          RunTable::precision,
          run -> "seed " + run.experiment().seed());

  private final List<Run> runs;
  private final List<SeedGroup> groups;
  private final List<PublishedClaim> published;
  private final TableBuilder<Object> builder;
  private final List<String> common = new ArrayList<>();

  private RunTable(List<Run> runs, List<SeedGroup> groups, List<PublishedClaim> published) {
    this.runs = runs;
    this.groups = groups;
    this.published = published;
    List<Object> rows = new ArrayList<>(groups);
    rows.addAll(published);
    this.builder = TableBuilder.of(rows);
  }

  /**
   * {@return a table with one row per run, without columns}
   *
   * @param runs in the order of the rows
   */
  public static RunTable of(List<Run> runs) {
    return of(runs, List.of());
  }

  /**
   * {@return a table with one row per run, and below them one row per published claim, without
   * columns}
   *
   * @param runs in the order of the rows
   * @param published claims, in the order of their rows
   */
  public static RunTable of(List<Run> runs, List<PublishedClaim> published) {
    List<SeedGroup> rows =
        Given.noneNull("Run", runs).stream().map(run -> new SeedGroup(List.of(run))).toList();
    return new RunTable(runs, rows, published);
  }

  /**
   * {@return a table with one row per variant, without columns}
   *
   * @param runs the runs of all seeds, in any order
   */
  public static RunTable perVariant(List<Run> runs) {
    return new RunTable(runs, SeedGroup.of(runs), List.of());
  }

  /**
   * {@return the network and method of a run, and whether it diverged}
   *
   * @param run any run
   */
  public static String label(Run run) {
    return name(run) + diverged(run);
  }

  private static String name(Run run) {
    return run.experiment().model() + ", " + run.experiment().method();
  }

  private static String diverged(Run run) {
    return run.isComplete() ? "" : " (diverged)";
  }

  /**
   * Returns labels for runs that stand in one table or picture: {@link #names}, and the outcome.
   */
  static Function<Run, String> labels(List<Run> runs) {
    Function<Run, String> names = names(runs);
    return run -> names.apply(run) + diverged(run);
  }

  /**
   * Returns the network and method of each run, and for runs that agree in both how their trainings
   * differ.
   */
  static Function<Run, String> names(List<Run> runs) {
    Map<String, List<Run>> same = runs.stream().collect(Collectors.groupingBy(RunTable::name));
    return run -> name(run) + differences(run, same.getOrDefault(name(run), List.of()));
  }

  private static String differences(Run run, List<Run> others) {
    return TRAITS.stream()
        .filter(trait -> others.stream().map(trait).distinct().count() > 1)
        .map(trait -> ", " + trait.apply(run))
        .collect(Collectors.joining());
  }

  static double trainedFrom(Recipe recipe) {
    return TableBuilder.rounded(recipe.radiusAt(0), 4);
  }

  static double trainedAt(Recipe recipe) {
    return TableBuilder.rounded(recipe.radiusAt(recipe.epochs()), 4);
  }

  private static String iterations(int each) {
    return each == 1 ? "1 iteration" : each + " iterations";
  }

  /** The type of the activations in training, which the oldest records tell only as asked for. */
  static String precision(Run run) {
    String asked = run.experiment().recipe().mixedPrecision() ? "bfloat16" : "float32";
    String trained = run.record().provenance().environment().getOrDefault("precision", asked);
    return trained.startsWith("bfloat16") ? "bfloat16" : "float32";
  }

  /**
   * Adds a column.
   *
   * @param name its heading
   * @param ofRun the cell of a run: a number stays a number, null is a missing value, anything else
   *     becomes its text
   * @return this table
   */
  public RunTable column(String name, Function<Run, ?> ofRun) {
    return column(name, ofRun, claim -> null);
  }

  /**
   * Adds a column that published results have too.
   *
   * @param name its heading
   * @param ofRun the cell of a run
   * @param ofPublished the cell of a published claim
   * @return this table
   */
  public RunTable column(
      String name, Function<Run, ?> ofRun, Function<PublishedClaim, ?> ofPublished) {
    builder.column(name, cell(first(ofRun), ofPublished));
    return this;
  }

  /**
   * Adds a column that tells rows apart; where all runs have the same cell, the title says it once.
   *
   * @param name its heading
   * @param ofRun the cell of a run
   * @return this table
   */
  public RunTable columnIfDifferent(String name, Function<Run, ?> ofRun) {
    return columnIfDifferent(name, ofRun, claim -> null);
  }

  RunTable columnIfDifferent(
      String name, Function<Run, ?> ofRun, Function<PublishedClaim, ?> ofPublished) {
    return ofGroupIfDifferent(name, first(ofRun), ofPublished);
  }

  RunTable ofGroupIfDifferent(
      String name, Function<SeedGroup, ?> ofGroup, Function<PublishedClaim, ?> ofPublished) {
    List<Object> cells = Arrays.asList(groups.stream().map(ofGroup).distinct().toArray());
    boolean claimed = published.stream().map(ofPublished).anyMatch(Objects::nonNull);
    if (cells.size() > 1 || claimed) {
      builder.column(name, cell(ofGroup, ofPublished));
    } else if (cells.size() == 1 && cells.get(0) != null) {
      common.add(name + " " + Tables.text(cells.get(0)));
    }
    return this;
  }

  /**
   * Adds a column of numbers.
   *
   * @param name its heading
   * @param decimals the number of decimals that values are rounded to
   * @param ofRun the number of a run; NaN where it has none
   * @return this table
   */
  public RunTable number(String name, int decimals, ToDoubleFunction<Run> ofRun) {
    return ofGroup(name, group -> TableBuilder.rounded(group.mean(ofRun), decimals));
  }

  /**
   * Adds a column of percentages with two decimals.
   *
   * @param name its heading
   * @param ofRun the share of a run, in [0, 1]; NaN where it has none
   * @return this table
   */
  public RunTable percent(String name, ToDoubleFunction<Run> ofRun) {
    return percent(name, ofRun, claim -> null);
  }

  /**
   * Adds a column of percentages that published results have too.
   *
   * @param name its heading
   * @param ofRun the share of a run, in [0, 1]; NaN where it has none
   * @param ofPublished the percentage of a published claim, or null
   * @return this table
   */
  public RunTable percent(
      String name, ToDoubleFunction<Run> ofRun, Function<PublishedClaim, Double> ofPublished) {
    builder.column(
        name, cell(group -> TableBuilder.rounded(100 * group.mean(ofRun), 2), ofPublished));
    return this;
  }

  /**
   * Adds two columns with the VRA at a radius in percent: "est." by power-iteration estimates,
   * where published results stand too, and "cert." for the float32 program.
   *
   * @param radius in pixels of [0, 1]
   * @return this table
   */
  public RunTable vra(double radius) {
    return vra(Radii.name(radius), run -> radius, claim -> claim.vraPct(radius));
  }

  /** The same at a radius that depends on the run, or at none where that is null. */
  RunTable vra(
      String name, Function<Run, Double> radius, Function<PublishedClaim, Double> published) {
    return percent(
            name + " est. %",
            run -> at(radius.apply(run), eps -> RunStatistics.estimatedVra(run, eps)),
            published)
        .percent(
            name + " cert. %",
            run -> at(radius.apply(run), eps -> RunStatistics.certifiedVra(run, eps)));
  }

  private static double at(Double radius, ToDoubleFunction<Double> vra) {
    return radius == null ? Double.NaN : vra.applyAsDouble(radius);
  }

  /**
   * Adds a column with the name of the run's record, which is a link to it in a notebook; published
   * results have their source there.
   *
   * @param name its heading
   * @return this table
   */
  public RunTable record(String name) {
    return column(name, Run::recordName, claim -> claim.first().source());
  }

  RunTable ofGroup(String name, Function<SeedGroup, ?> cell) {
    builder.column(name, cell(cell, claim -> null));
    return this;
  }

  private static Function<SeedGroup, Object> first(Function<Run, ?> ofRun) {
    return group -> ofRun.apply(group.runs().get(0));
  }

  private static Function<Object, Object> cell(
      Function<SeedGroup, ?> ofGroup, Function<PublishedClaim, ?> ofPublished) {
    return row ->
        row instanceof SeedGroup group
            ? ofGroup.apply(group)
            : ofPublished.apply((PublishedClaim) row);
  }

  /**
   * Returns the table with all columns added so far.
   *
   * @param title above the table; it says so where data were made up
   * @return the table, to be shown, filtered or sorted
   */
  public Table table(String title) {
    String each = common.isEmpty() ? "" : "; each run: " + String.join(", ", common);
    return table(titled(title + each, runs));
  }

  Table table(Title title) {
    return builder.table(title);
  }

  static Title titled(String title, List<Run> runs) {
    return new Title(title, runs.stream().anyMatch(run -> run.isMadeUp()));
  }
}
