package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.RoundedDown;
import org.lipkit.data.Dataset;
import org.lipkit.draw.Charts;
import org.lipkit.draw.ImageGrid;
import org.lipkit.draw.TableBuilder;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Epoch;
import org.lipkit.experiment.EpochCurve;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Inputs;
import org.lipkit.experiment.PublishedClaim;
import org.lipkit.experiment.PublishedResult;
import org.lipkit.experiment.Radii;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunStatistics;
import org.lipkit.experiment.Sample;
import org.lipkit.text.Text;
import tech.tablesaw.api.Table;

/** Recorded runs as tables, charts and picture grids. {@link RunTable} makes other tables. */
public final class RunViews {

  private static final int BINS = 40;

  private RunViews() {}

  /**
   * {@return curves over the epochs: training loss, and estimated VRA on the test split} A run that
   * diverged before it had a value has no curve.
   *
   * @param title above the picture; it says so where data were made up
   * @param runs the runs to compare
   * @throws IllegalArgumentException if no run finished an epoch
   */
  public static BufferedImage training(String title, List<Run> runs) {
    List<Charts.Panel> panels =
        Stream.of(
                panel("training loss", runs, 1, Epoch::loss),
                panel("estimated VRA on the test images, %", runs, 100, Epoch::testVra))
            .filter(panel -> !panel.curves().isEmpty())
            .toList();
    if (panels.isEmpty()) {
      throw new IllegalArgumentException(
          "None of the runs of the picture '" + title + "' finished an epoch; train longer ones.");
    }
    return Charts.training(RunTable.titled(title, runs), panels);
  }

  private static Charts.Panel panel(
      String yTitle, List<Run> runs, double unit, Function<Epoch, Double> value) {
    List<Charts.Curve> curves = new ArrayList<>();
    Function<Run, String> labels = RunTable.labels(runs);
    for (Run run : runs) {
      EpochCurve curve = EpochCurve.mean(List.of(run), value);
      if (!curve.isEmpty()) {
        double[] scaled = Arrays.stream(curve.values()).map(v -> unit * v).toArray();
        curves.add(new Charts.Curve(labels.apply(run), curve.epochs(), scaled, Hues.of(run)));
      }
    }
    return new Charts.Panel(yTitle, curves);
  }

  /**
   * {@return the share of test images that are correct and certified, over the radius, by the
   * papers' protocol (power-iteration estimates); published numbers as marks}
   *
   * @param title above the picture; it says so where data were made up
   * @param runs the runs to compare; those that diverged are left out
   * @param published other people's results on the same data
   * @param largest the right end of the axis, in pixels of [0, 1]
   */
  public static BufferedImage certifiedAccuracy(
      String title, List<Run> runs, List<PublishedResult> published, double largest) {
    double[] radii = Radii.upTo(largest);
    Function<Run, String> labels = RunTable.labels(runs);
    List<Charts.Curve> curves =
        runs.stream()
            .filter(Run::isComplete)
            .map(
                run ->
                    Charts.Curve.percent(labels.apply(run), radii, run.estimated()::at)
                        .in(Hues.of(run)))
            .toList();
    List<Charts.Mark> marks =
        published.stream()
            .map(
                result ->
                    new Charts.Mark("published: " + result.label(), result.eps(), result.vraPct()))
            .toList();
    return Charts.certifiedAccuracy(RunTable.titled(title + " (estimated)", runs), curves, marks);
  }

  /**
   * {@return one row per run, and one row per published system of a source} Accuracies are in
   * percent; "est." uses power-iteration estimates, "cert." holds for the float32 program and is
   * empty where it was not computed; "minutes" are those of training; "± points at most" is one
   * standard error of a share of half of the test images; "precision" is that of the activations in
   * training. Published numbers stand under "est.": none of them counts rounding.
   *
   * @param title above the table; it says so where data were made up
   * @param runs our runs
   * @param published other people's results; those at none of the radii are left out
   * @param radii two columns each, "est." and "cert.", in pixels of [0, 1], such as {@code 36 /
   *     255.0}; with none there is one such pair, at the own radius of each run and result
   */
  public static Table table(
      String title, List<Run> runs, List<PublishedResult> published, double... radii) {
    boolean own = radii.length == 0;
    List<PublishedClaim> claims =
        own
            ? PublishedClaim.each(published)
            : PublishedClaim.of(published).stream().filter(c -> c.isAtAny(radii)).toList();
    RunTable table =
        RunTable.of(runs, claims)
            .column("run", RunTable.labels(runs), claim -> "published: " + claim.name());
    if (own) {
      table.column("radius", run -> run.experiment().radius(), claim -> claim.first().eps());
    }
    table.percent("clean %", RunStatistics::clean, claim -> claim.first().cleanPct());
    if (own) {
      table.vra("VRA", run -> run.experiment().radius(), claim -> claim.first().vraPct());
    }
    for (double radius : radii) {
      table.vra(radius);
    }
    return table
        .number("median radius est.", 3, run -> RunStatistics.estimatedRadius(run, 0.5))
        .columnIfDifferent("test images", RunViews::testImages)
        .columnIfDifferent("± points at most", RunViews::largestError)
        .columnIfDifferent("seed", run -> run.experiment().seed())
        .columnIfDifferent("epochs", run -> run.history().size())
        .columnIfDifferent("precision", RunTable::precision)
        .columnIfDifferent(
            "parameters", run -> run.record().network().parameters(), PublishedClaim::parameters)
        .column("minutes", RunViews::minutes)
        .record("record")
        .table(title);
  }

  static Integer testImages(Run run) {
    return run.samples().isEmpty() ? null : run.samples().size();
  }

  private static Double largestError(Run run) {
    return run.samples().isEmpty()
        ? null
        : TableBuilder.rounded(50 / Math.sqrt(run.samples().size()), 1);
  }

  /**
   * {@return a line to cite a run's certified VRA by: the number with its standard error, what it
   * is of, and where it comes from}
   *
   * @param run a certified run
   * @param radius in pixels of [0, 1]
   */
  public static String citation(Run run, double radius) {
    Experiment experiment = run.experiment();
    return Text.of(
        "%.2f ± %.2f %% of %,d test images of %s certified at radius %s (float32, seed %d): %s,"
            + " LipKit record %s of commit %s",
        100 * RunStatistics.certifiedVra(run, radius),
        100 * run.certified().standardError(radius),
        run.samples().size(),
        run.dataTitle(),
        Radii.name(radius),
        experiment.seed(),
        RunTable.label(run),
        run.recordName(),
        run.record().provenance().gitCommit());
  }

  static double minutes(Run run) {
    return TableBuilder.rounded(run.record().outcome().trainingSeconds() / 60, 1);
  }

  /**
   * {@return what the guarantee costs each run: VRA by the papers' estimates and for the float32
   * program, in percent, where the difference comes from, in points, and the Lipschitz constant
   * common to all margins, estimated and as an upper bound}
   *
   * @param title above the table; it says so where data were made up
   * @param runs the runs; those without certificates are left out
   */
  public static Table gaps(String title, List<Run> runs) {
    return RunTable.of(runs.stream().filter(run -> run.record().certification() != null).toList())
        .column("run", RunTable.labels(runs))
        .column("radius", run -> run.experiment().radius())
        .percent("VRA est. %", run -> run.record().certification().vra().estimated())
        .percent("VRA cert. %", run -> run.record().certification().vra().certified())
        .percent("lost to bounds", run -> run.record().certification().vra().bound())
        .percent("lost to rounding", run -> run.record().certification().vra().rounding())
        .column("refused", run -> run.record().certification().refused())
        .number("K est.", 4, run -> run.record().network().lipschitz().value())
        .number("K cert.", 4, run -> run.record().certification().lipschitz().value())
        .table(title);
  }

  /**
   * {@return clean accuracy in percent and the quartiles of the certified radius of the float32
   * program; wrong samples count as 0}
   *
   * @param title above the table; it says so where data were made up
   * @param runs one row each
   */
  public static Table quartiles(String title, List<Run> runs) {
    return RunTable.of(runs)
        .column("run", RunTable.labels(runs))
        .percent("clean %", run -> RunStatistics.certifiedVra(run, 0))
        .number(
            "lower quartile",
            4,
            run -> RoundedDown.value(RunStatistics.certifiedRadius(run, 0.75), 4))
        .number(
            "median radius",
            4,
            run -> RoundedDown.value(RunStatistics.certifiedRadius(run, 0.5), 4))
        .number(
            "upper quartile",
            4,
            run -> RoundedDown.value(RunStatistics.certifiedRadius(run, 0.25), 4))
        .table(title);
  }

  /**
   * {@return a histogram of the certified radii of the float32 programs, one outline per run; wrong
   * samples are left out} A histogram of runs of very different radii shows little of the small
   * ones.
   *
   * @param title above the picture; it says so where data were made up
   * @param runs certified runs
   */
  public static BufferedImage radii(String title, List<Run> runs) {
    Function<Run, String> labels = RunTable.labels(runs);
    List<Charts.Sampled> radii =
        runs.stream()
            .map(run -> new Charts.Sampled(labels.apply(run), radii(run), Hues.of(run)))
            .toList();
    return Charts.radii(RunTable.titled(title, runs), radii, BINS);
  }

  private static double[] radii(Run run) {
    return run.samples().stream()
        .map(Sample::certified)
        .filter(Certificate::correct)
        .mapToDouble(Certificate::radius)
        .toArray();
  }

  /**
   * {@return test images with what is certified for each: label, prediction and the radius that
   * holds for the float32 program, or the estimated one where none was computed, and then the title
   * says so} Where the recorded images are not on this machine, the picture has blanks in their
   * place, and the title says so too.
   *
   * @param title above the picture
   * @param run a finished run
   * @param count how many images at most, an evenly spaced subset of the test split
   * @param columns how many images per row
   */
  public static BufferedImage samples(String title, Run run, int count, int columns) {
    Dataset data = run.dataset();
    boolean here = run.wasTestedOn(data);
    IntFunction<String> names = here ? Pictures.names(data) : Pictures.namesWithoutImages(run);
    Inputs inputs = run.record().data().inputs();
    boolean proved = run.record().certification() != null;
    List<ImageGrid.Tile> tiles = new ArrayList<>();
    for (Sample sample : run.evenlySpaced(count)) {
      Certificate certificate = proved ? sample.certified() : sample.estimated();
      String caption = Pictures.caption(certificate, names);
      ImageGrid.Verdict verdict = verdict(certificate, run.experiment().radius());
      tiles.add(
          here
              ? ImageGrid.Tile.of(data.test(), sample.index(), caption, verdict)
              : ImageGrid.Tile.blank(inputs.height(), inputs.width(), caption, verdict));
    }
    String qualified = proved ? title : title + " (estimated)";
    if (!here) {
      qualified += "; the images are not on this machine";
    }
    return ImageGrid.draw(new Title(qualified, run.isMadeUp()), tiles, columns);
  }

  private static ImageGrid.Verdict verdict(Certificate certificate, double eps) {
    if (!certificate.correct()) {
      return ImageGrid.Verdict.WRONG;
    }
    return certificate.robust(eps) ? ImageGrid.Verdict.CERTIFIED : ImageGrid.Verdict.NOT_CERTIFIED;
  }
}
