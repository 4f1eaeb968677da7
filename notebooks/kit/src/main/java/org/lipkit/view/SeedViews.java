package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lipkit.draw.Charts;
import org.lipkit.draw.TableBuilder;
import org.lipkit.experiment.Epoch;
import org.lipkit.experiment.EpochCurve;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunStatistics;
import org.lipkit.experiment.SeedGroup;
import org.lipkit.text.Text;
import tech.tablesaw.api.Table;

/** Recorded runs of several variants, each with several seeds, side by side. */
public final class SeedViews {

  private SeedViews() {}

  private static double vra(Run run) {
    return 100 * run.estimatedVra();
  }

  /**
   * {@return one row per variant: means over its seeds, and the spread of the VRA at the
   * experiment's radius, which is the largest minus the smallest, if two seeds were trained to the
   * end} "trained from" and "trained at" are the first and the last training radius in pixels of
   * [0, 1]. These two, the data set, the power iterations per step, the precision and the number of
   * test images are shown where rows differ in them. Accuracies are in percent, the spread in
   * points; "est." uses power-iteration estimates, "cert." holds for the float32 program and is
   * empty unless every seed has certificates. A variant that diverged with every seed has no
   * numbers.
   *
   * @param title above the table; it says so where data were made up
   * @param runs the runs, in any order
   * @param radii two columns each, in pixels of [0, 1]
   */
  public static Table table(String title, List<Run> runs, double... radii) {
    List<Run> first = SeedGroup.of(runs).stream().map(group -> group.runs().get(0)).toList();
    Function<Run, String> names = RunTable.names(first);
    RunTable table =
        RunTable.perVariant(runs)
            .ofGroup("variant", group -> label(group, names))
            .columnIfDifferent("data set", run -> run.experiment().data())
            .columnIfDifferent(
                "trained from", run -> RunTable.trainedFrom(run.experiment().recipe()))
            .columnIfDifferent("trained at", run -> RunTable.trainedAt(run.experiment().recipe()))
            .columnIfDifferent("iterations", run -> run.experiment().recipe().powerIterations())
            .columnIfDifferent("precision", RunTable::precision)
            .columnIfDifferent("test images", RunViews::testImages)
            .ofGroupIfDifferent("seeds", group -> group.runs().size(), claim -> null)
            .percent("clean %", RunStatistics::clean);
    for (double radius : radii) {
      table.vra(radius);
    }
    return table
        .ofGroup("spread", SeedViews::spread)
        .columnIfDifferent("parameters", run -> run.record().network().parameters())
        .number("minutes", 1, run -> run.record().outcome().trainingSeconds() / 60)
        .record("first record")
        .table(title);
  }

  private static String label(SeedGroup group, Function<Run, String> names) {
    String name = names.apply(group.runs().get(0));
    int diverged = group.runs().size() - group.complete().size();
    return diverged == 0
        ? name
        : Text.of("%s (%d of %d diverged)", name, diverged, group.runs().size());
  }

  private static Double spread(SeedGroup group) {
    return group.complete().size() < 2
        ? null
        : TableBuilder.rounded(group.spread(SeedViews::vra), 2);
  }

  /**
   * {@return by how many points the estimated VRA at the experiments' radius differs from that of
   * another method with the same seed, one group per data set: bars for the means, a dot for each
   * seed} A method without runs has no bar.
   *
   * @param title above the picture; it says so where data were made up
   * @param families the runs of each data set, under its name; those of one method differ in the
   *     seed
   * @param baseline the method that the others are compared with
   * @param methods the others
   */
  public static BufferedImage differences(
      String title, Map<String, List<Run>> families, String baseline, List<String> methods) {
    List<Run> all = families.values().stream().flatMap(List::stream).toList();
    List<Charts.Differences> bars = new ArrayList<>();
    for (String method : methods) {
      List<double[]> ofFamilies =
          families.values().stream().map(runs -> differences(runs, baseline, method)).toList();
      bars.add(new Charts.Differences(method, ofFamilies, Hues.of(method)));
    }
    return Charts.differences(
        RunTable.titled(title, all),
        "estimated VRA minus that of " + baseline + ", points",
        List.copyOf(families.keySet()),
        bars);
  }

  /** One difference for each seed that both methods were trained to the end with. */
  static double[] differences(List<Run> runs, String baseline, String method) {
    return SeedGroup.withMethod(runs, method)
        .bySeed(SeedGroup.withMethod(runs, baseline), (run, base) -> vra(run) - vra(base));
  }

  /**
   * {@return lines of estimated VRA at the experiments' radius over the number of blocks, one line
   * per kind of block; a run that diverged is left out of its line}
   *
   * @param title above the picture; it says so where data were made up
   * @param runs runs of networks named like "LiResNet L6 W64"
   */
  public static BufferedImage overDepth(String title, List<Run> runs) {
    return RunChart.of(runs)
        .by(run -> run.experiment().model().split(" ")[0])
        .x("blocks L", SeedViews::depth)
        .y("estimated VRA, %", SeedViews::vra)
        .lines(title);
  }

  private static double depth(Run run) {
    return Double.parseDouble(run.experiment().model().split(" ")[1].substring(1));
  }

  /**
   * How often the threatening class rotates: the share of training samples whose strongest rival is
   * another class than one epoch before, over the epochs, as means over the seeds.
   *
   * @param title above the picture; it says so where data were made up
   * @param runs the runs to compare; those that diverged are left out
   * @return the picture
   */
  public static BufferedImage rotation(String title, List<Run> runs) {
    List<Charts.Curve> curves = new ArrayList<>();
    for (SeedGroup group : SeedGroup.of(runs)) {
      EpochCurve curve = EpochCurve.mean(group.complete(), Epoch::rotation);
      if (!curve.isEmpty()) {
        String method = group.experiment().method();
        double[] percent = Arrays.stream(curve.values()).map(share -> 100 * share).toArray();
        curves.add(new Charts.Curve(method, curve.epochs(), percent, Hues.of(method)));
      }
    }
    return Charts.lines(
        RunTable.titled(title, runs), "epoch", "samples with a new strongest rival, %", curves);
  }
}
