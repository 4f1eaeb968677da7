package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.lipkit.draw.Charts;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.experiment.SeedGroup;
import org.lipkit.train.Settings;
import tech.tablesaw.api.Table;

/** Families of recorded runs: several seeds of several variants, side by side. */
public final class SeedViews {

  private static final List<String> TELLING =
      List.of("data set", "trained from", "trained at", "iterations", "precision", "test images");

  private SeedViews() {}

  /**
   * The estimated VRA of a run at its own radius.
   *
   * @param run a run that was trained to the end
   * @return the share in percent
   */
  public static double vra(Run run) {
    return 100 * run.estimated().at(run.experiment().radius());
  }

  /**
   * A row a variant: means over its seeds, and the spread of the VRA at the experiment's radius,
   * the largest minus the smallest, if there are two. "trained from" and "trained at" are the first
   * and the last training radius in pixels of [0, 1]; they, the data set, the power iterations of a
   * step, the precision and the number of test images are shown where they tell rows apart.
   * Everything else is in percent or points; "est." are power-iteration estimates, "cert." holds
   * for the float32 program, if every seed has certificates. A variant that diverged with every
   * seed has no numbers.
   *
   * @param title above the table
   * @param runs the runs, in any order
   * @param radii two columns each, in pixels of [0, 1]
   * @return the table
   */
  public static Table table(String title, List<Run> runs, double... radii) {
    List<List<Object>> rows = new ArrayList<>();
    for (SeedGroup group : SeedGroup.of(runs)) {
      List<Object> row = new ArrayList<>();
      row.add(label(group));
      row.add(group.experiment().dataset());
      Settings training = group.experiment().training();
      row.add(RunViews.rounded(training.radius().first(), 1e4));
      row.add(RunViews.rounded(training.radius().last(), 1e4));
      row.add(training.powerIterations());
      row.add(training.mixedPrecision() ? "bfloat16" : "float32");
      row.add(group.complete().isEmpty() ? null : group.complete().get(0).samples().size());
      row.add(group.runs().size());
      row.add(mean(group, run -> run.estimated().clean()));
      for (double radius : radii) {
        row.add(mean(group, run -> run.estimated().at(radius)));
        row.add(mean(group, run -> certified(run, radius)));
      }
      row.add(group.complete().size() < 2 ? null : points(group.spread(SeedViews::vra)));
      row.add(group.runs().get(0).record().parameters());
      row.add(RunViews.rounded(group.mean(run -> run.record().trainingSeconds()) / 60, 10));
      row.add(group.experiment().name() + "/" + group.experiment().scale().id());
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("variant"));
    header.addAll(TELLING);
    header.addAll(List.of("seeds", "clean %"));
    for (double radius : radii) {
      String name = RunViews.radius(radius);
      header.addAll(List.of(name + " est. %", name + " cert. %"));
    }
    header.addAll(List.of("spread", "parameters", "minutes", "first record"));
    Table table = Tables.of(RunViews.titled(title, runs), header, rows);
    return table.rejectColumns(
        TELLING.stream()
            .filter(name -> table.column(name).unique().size() < 2)
            .toArray(String[]::new));
  }

  private static String label(SeedGroup group) {
    String name = RunViews.label(group.experiment());
    int diverged = group.runs().size() - group.complete().size();
    return diverged == 0
        ? name
        : "%s (%d of %d diverged)".formatted(name, diverged, group.runs().size());
  }

  private static double certified(Run run, double radius) {
    return run.record().certification() == null ? Double.NaN : run.certified().at(radius);
  }

  private static Double mean(SeedGroup group, ToDoubleFunction<Run> share) {
    return points(100 * group.mean(share));
  }

  private static Double points(double value) {
    return Double.isNaN(value) ? null : RunViews.rounded(value, 100);
  }

  /**
   * Bars of the mean estimated VRA at the experiments' radius, one group a data set and one colour
   * a loss; the error bars are as long as the seeds' spread. A loss without runs has no bar.
   *
   * @param title above the picture
   * @param families the runs of each data set, under its name; those of one loss differ in the seed
   * @return the picture
   */
  public static BufferedImage byLoss(String title, Map<String, List<Run>> families) {
    Set<String> losses = new LinkedHashSet<>();
    List<Run> all = families.values().stream().flatMap(List::stream).toList();
    all.forEach(run -> losses.add(run.experiment().method()));
    List<Charts.Bars> bars = new ArrayList<>();
    for (String loss : losses) {
      List<SeedGroup> groups =
          families.values().stream().map(family -> new SeedGroup(withLoss(family, loss))).toList();
      bars.add(
          new Charts.Bars(
              loss,
              groups.stream().mapToDouble(group -> group.mean(SeedViews::vra)).toArray(),
              groups.stream().mapToDouble(group -> group.spread(SeedViews::vra) / 2).toArray()));
    }
    return Charts.bars(
        RunViews.titled(title, all), "estimated VRA, %", List.copyOf(families.keySet()), bars);
  }

  /**
   * Lines of estimated VRA at the experiments' radius over the number of blocks, one for each kind
   * of block; a run that diverged is left out of its line.
   *
   * @param title above the picture
   * @param runs runs of networks named like "LiResNet L6 W64"
   * @return the picture
   */
  public static BufferedImage overDepth(String title, List<Run> runs) {
    Map<String, List<Run>> lines = new LinkedHashMap<>();
    for (Run run : runs) {
      if (run.record().status() == RunRecord.Status.COMPLETE) {
        String kind = run.experiment().model().split(" ")[0];
        lines.computeIfAbsent(kind, name -> new ArrayList<>()).add(run);
      }
    }
    List<Charts.Curve> curves = new ArrayList<>();
    lines.forEach(
        (name, members) ->
            curves.add(
                new Charts.Curve(
                    name,
                    members.stream().mapToDouble(SeedViews::depth).toArray(),
                    members.stream().mapToDouble(SeedViews::vra).toArray())));
    Title qualified = RunViews.titled(title, runs);
    return Charts.lines(qualified, "blocks L", "estimated VRA, %", curves);
  }

  private static double depth(Run run) {
    return Double.parseDouble(run.experiment().model().split(" ")[1].substring(1));
  }

  /**
   * How often the threatening class rotates: the share of training samples whose strongest rival is
   * another one than an epoch before, over the epochs, as means over the seeds.
   *
   * @param title above the picture
   * @param runs the runs to compare; those that diverged are left out
   * @return the picture
   */
  public static BufferedImage rotation(String title, List<Run> runs) {
    List<Charts.Curve> curves = new ArrayList<>();
    for (SeedGroup group : SeedGroup.of(runs)) {
      double[] shares =
          IntStream.range(0, epochs(group)).mapToDouble(epoch -> rotation(group, epoch)).toArray();
      int[] known =
          IntStream.range(0, shares.length).filter(i -> !Double.isNaN(shares[i])).toArray();
      if (known.length > 0) {
        curves.add(
            new Charts.Curve(
                group.experiment().method(),
                Arrays.stream(known).mapToDouble(i -> i + 1).toArray(),
                Arrays.stream(known).mapToDouble(i -> shares[i]).toArray()));
      }
    }
    return Charts.lines(
        RunViews.titled(title, runs), "epoch", "samples with a new strongest rival, %", curves);
  }

  /** How many epochs all seeds have behind them. */
  private static int epochs(SeedGroup group) {
    return group.complete().stream().mapToInt(run -> run.history().size()).min().orElse(0);
  }

  /** The mean in percent, or NaN where a seed did not record it. */
  private static double rotation(SeedGroup group, int epoch) {
    return 100
        * group.mean(
            run -> Objects.requireNonNullElse(run.history().get(epoch).rotation(), Double.NaN));
  }

  /**
   * Says by how much one loss beats another in estimated VRA, and whether the difference is larger
   * than the seeds' own.
   *
   * @param runs one family, of several seeds
   * @param first a loss's name
   * @param second another one's
   * @return one sentence
   */
  public static String difference(List<Run> runs, String first, String second) {
    SeedGroup a = new SeedGroup(withLoss(runs, first));
    SeedGroup b = new SeedGroup(withLoss(runs, second));
    if (a.complete().isEmpty() || b.complete().isEmpty()) {
      return "There are no finished runs of both " + first + " and " + second + " to compare.";
    }
    double points = a.mean(SeedViews::vra) - b.mean(SeedViews::vra);
    double spread = Math.max(a.spread(SeedViews::vra), b.spread(SeedViews::vra));
    int seeds = Math.min(a.complete().size(), b.complete().size());
    String verdict =
        seeds < 2
            ? "with one seed nobody knows what that means"
            : String.format(
                Locale.ROOT,
                "%s than the spread over %d seeds, %.2f points",
                Math.abs(points) > spread ? "more" : "no more",
                seeds,
                spread);
    return String.format(
        Locale.ROOT,
        "%s: %s %s %s by %.2f points of estimated VRA, %s.",
        a.experiment().dataset(),
        first,
        points >= 0 ? "beats" : "loses to",
        second,
        Math.abs(points),
        verdict);
  }

  private static List<Run> withLoss(List<Run> runs, String loss) {
    return runs.stream().filter(run -> run.experiment().method().equals(loss)).toList();
  }
}
