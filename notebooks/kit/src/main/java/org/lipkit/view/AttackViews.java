package org.lipkit.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.lipkit.draw.Charts;
import org.lipkit.draw.Hue;
import org.lipkit.draw.LineChart;
import org.lipkit.draw.TableBuilder;
import org.lipkit.draw.Tables;
import org.lipkit.draw.Title;
import org.lipkit.experiment.AttackedRun;
import org.lipkit.experiment.Radii;
import org.lipkit.experiment.RadiusChain;
import org.lipkit.text.Text;
import tech.tablesaw.api.Table;

/** What is certified beside what attacks break, on the samples that were attacked. */
public final class AttackViews {

  private static final String CERTIFIED = "certified";

  private AttackViews() {}

  /** The share of a run's attacked samples that are correct and still stand at a radius. */
  private record Accuracy(AttackedRun run, String name, DoubleUnaryOperator at) {}

  private static List<Accuracy> accuracies(AttackedRun run) {
    List<Accuracy> found = new ArrayList<>();
    found.add(new Accuracy(run, CERTIFIED, run::certified));
    for (String attack : run.distances().keySet()) {
      found.add(new Accuracy(run, attack, eps -> run.accuracyUnder(attack, eps)));
    }
    return found;
  }

  /**
   * {@return accuracy at several radii, in percent of the attacked samples} Each run has one row
   * for what is certified for the float32 program, and one row per attack. What an attack leaves
   * standing is not proved.
   *
   * @param title above the table; it says so where data were made up
   * @param runs attacked runs, whose attacks may have been added by {@link AttackedRun#with}
   * @param radii one column each, in pixels of [0, 1]
   */
  public static Table accuracy(String title, List<AttackedRun> runs, double... radii) {
    TableBuilder<Accuracy> table =
        TableBuilder.<Accuracy>of(runs.stream().flatMap(run -> accuracies(run).stream()).toList())
            .column("run", row -> RunTable.label(row.run.run()))
            .column("accuracy", row -> row.name.equals(CERTIFIED) ? row.name : "under " + row.name)
            .column("images", row -> row.run.samples().size())
            .percent("clean %", row -> row.at.applyAsDouble(0));
    for (double radius : radii) {
      table.percent(Radii.name(radius) + " %", row -> row.at.applyAsDouble(radius));
    }
    return table.table(titled(title, runs));
  }

  /**
   * {@return the same over all radii for one run: the truth lies between the certified curve and
   * the lowest of the attacks' curves}
   *
   * @param title above the picture; it says so where data were made up
   * @param attacked an attacked run
   * @param largest the right end of the axis, in pixels of [0, 1]
   */
  public static BufferedImage curves(String title, AttackedRun attacked, double largest) {
    double[] radii = Radii.upTo(largest);
    List<Charts.Curve> curves =
        accuracies(attacked).stream()
            .map(
                accuracy ->
                    Charts.Curve.percent(accuracy.name, radii, accuracy.at)
                        .in(accuracy.name.equals(CERTIFIED) ? Hue.GREEN : null))
            .toList();
    String axis = "radius (l2, pixels in [0, 1])";
    return Charts.lines(titled(title, List.of(attacked)), axis, "correct and standing, %", curves);
  }

  /**
   * {@return the certified radius of each attacked sample over the distance of the nearest image of
   * another class that any attack found; a point above the diagonal would refute a certificate}
   * Samples against which nothing was found are left out, and the legend counts them.
   *
   * @param title above the picture; it says so where data were made up
   * @param runs attacked runs, one colour each
   */
  public static BufferedImage scatter(String title, List<AttackedRun> runs) {
    double largest =
        runs.stream()
            .flatMapToDouble(run -> Arrays.stream(nearest(run)))
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    double[] diagonal = {0, largest};
    LineChart chart =
        LineChart.of(
                "distance of the nearest attack (l2, pixels in [0, 1])",
                "certified radius (l2, pixels in [0, 1])")
            .guide("certified = attacked", diagonal, diagonal);
    for (AttackedRun run : runs) {
      double[] nearest = nearest(run);
      int[] found =
          IntStream.range(0, nearest.length).filter(i -> Double.isFinite(nearest[i])).toArray();
      String missing =
          found.length == nearest.length
              ? ""
              : Text.of(
                  " (nothing found against %d of %d)",
                  nearest.length - found.length, nearest.length);
      chart.points(
          new Charts.Curve(
              run.run().experiment().method() + missing,
              IntStream.of(found).mapToDouble(i -> nearest[i]).toArray(),
              IntStream.of(found)
                  .mapToDouble(i -> run.samples().get(i).certified().radius())
                  .toArray(),
              Hues.of(run.run())));
    }
    return chart.draw(titled(title, runs));
  }

  /** The smallest distance of all attacks for each sample, infinite where nothing was found. */
  static double[] nearest(AttackedRun run) {
    return IntStream.range(0, run.samples().size())
        .mapToDouble(
            i ->
                run.distances().values().stream()
                    .mapToDouble(distances -> distances.get(i))
                    .min()
                    .orElse(Double.POSITIVE_INFINITY))
        .toArray();
  }

  /**
   * {@return how much each step of the chain of four radii loses, as medians over the samples, one
   * row per run; below them published quotients of the same steps}
   *
   * @param title above the table; it says so where data were made up
   * @param runs attacked runs
   * @param published a finding whose {@code rows} of three {@code values} are B/A, C/B and D/C
   */
  public static Table looseness(String title, List<AttackedRun> runs, JsonNode published) {
    List<List<Object>> rows = new ArrayList<>();
    for (AttackedRun attacked : runs) {
      RadiusChain.Looseness looseness = RadiusChain.looseness(attacked.chain());
      rows.add(
          List.of(
              RunTable.label(attacked.run()),
              TableBuilder.rounded(looseness.bound(), 2),
              TableBuilder.rounded(looseness.locality(), 2),
              TableBuilder.rounded(looseness.linearity(), 2),
              TableBuilder.rounded(looseness.whole(), 2),
              attacked.chain().size()));
    }
    for (JsonNode row : published.path("rows")) {
      JsonNode values = row.path("values");
      if (values.size() == 3) {
        rows.add(
            Arrays.asList(
                "published: " + row.path("what").asText(),
                values.get(0).asDouble(),
                values.get(1).asDouble(),
                values.get(2).asDouble(),
                null,
                null));
      }
    }
    return Tables.of(
        titled(title, runs),
        List.of("run", "bound B/A", "locality C/B", "linearity D/C", "whole D/A", "images"),
        rows);
  }

  private static Title titled(String title, List<AttackedRun> runs) {
    return RunTable.titled(title, runs.stream().map(AttackedRun::run).toList());
  }
}
