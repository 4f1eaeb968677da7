package org.lipkit.view;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.lipkit.draw.TableBuilder;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.PublishedClaim;
import org.lipkit.experiment.Radii;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.experiment.RunStatistics;
import org.lipkit.experiment.SeedGroup;
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

  private final List<Run> runs;
  private final TableBuilder<Object> builder;

  private RunTable(List<Run> runs, List<SeedGroup> groups, List<PublishedClaim> published) {
    this.runs = runs;
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
    List<SeedGroup> rows = runs.stream().map(run -> new SeedGroup(List.of(run))).toList();
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
    String name = label(run.experiment());
    return run.record().outcome().status() == RunRecord.Status.DIVERGED
        ? name + " (diverged)"
        : name;
  }

  static String label(Experiment experiment) {
    return experiment.model() + ", " + experiment.method();
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
   * Adds a column that is left out where all rows have the same cell.
   *
   * @param name its heading
   * @param ofRun the cell of a run
   * @return this table
   */
  public RunTable columnIfDifferent(String name, Function<Run, ?> ofRun) {
    builder.columnIfDifferent(name, cell(first(ofRun), claim -> null));
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
    return column(
        name,
        run -> run.experiment().name() + "/" + run.experiment().scale().id(),
        claim -> claim.first().source());
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
    return table(titled(title, runs));
  }

  Table table(Title title) {
    return builder.table(title);
  }

  static Title titled(String title, List<Run> runs) {
    return new Title(title, runs.stream().anyMatch(run -> run.isMadeUp()));
  }
}
