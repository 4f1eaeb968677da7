package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.Gap;
import org.lipkit.data.Dataset;
import org.lipkit.data.Images;
import org.lipkit.draw.Charts;
import org.lipkit.draw.ImageGrid;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Certification;
import org.lipkit.experiment.Epoch;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.PublishedResult;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.experiment.Sample;
import tech.tablesaw.api.Table;

/** Recorded runs as tables, charts and picture grids. */
public final class RunViews {

  private static final int POINTS = 200;

  private RunViews() {}

  /**
   * Curves over the epochs: training loss, and estimated VRA on the test split. A run that diverged
   * before it had a value has no curve.
   *
   * @param title above the picture
   * @param runs the runs to compare
   * @return the picture
   * @throws IllegalArgumentException if no run finished an epoch
   */
  public static BufferedImage training(String title, List<Run> runs) {
    List<Charts.Curve> losses = new ArrayList<>();
    List<Charts.Curve> vra = new ArrayList<>();
    for (Run run : runs) {
      overEpochs(run, epoch -> Optional.of(epoch.loss())).ifPresent(losses::add);
      overEpochs(run, epoch -> Optional.ofNullable(epoch.testVra()).map(v -> 100 * v))
          .ifPresent(vra::add);
    }
    List<Charts.Panel> panels =
        Stream.of(
                new Charts.Panel("training loss", losses),
                new Charts.Panel("estimated VRA on the test images, %", vra))
            .filter(panel -> !panel.curves().isEmpty())
            .toList();
    if (panels.isEmpty()) {
      throw new IllegalArgumentException(
          "None of the runs of the picture '" + title + "' finished an epoch; train longer ones.");
    }
    return Charts.training(titled(title, runs), panels);
  }

  private static Optional<Charts.Curve> overEpochs(
      Run run, Function<Epoch, Optional<Double>> value) {
    List<Epoch> known =
        run.history().stream().filter(epoch -> value.apply(epoch).isPresent()).toList();
    double[] epochs = known.stream().mapToDouble(Epoch::epoch).toArray();
    double[] values = known.stream().mapToDouble(e -> value.apply(e).orElseThrow()).toArray();
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(new Charts.Curve(label(run), epochs, values));
  }

  /**
   * The share of test images that are correct and certified, over the radius, by the papers'
   * protocol (power-iteration estimates); published numbers as marks.
   *
   * @param title above the picture
   * @param runs the runs to compare
   * @param published other people's results on the same data
   * @param largest the right end of the axis, in pixels of [0, 1]
   * @return the picture
   */
  public static BufferedImage certifiedAccuracy(
      String title, List<Run> runs, List<PublishedResult> published, double largest) {
    double[] radii =
        IntStream.rangeClosed(0, POINTS).mapToDouble(i -> largest * i / POINTS).toArray();
    List<Charts.Curve> curves = new ArrayList<>();
    for (Run run : complete(runs)) {
      CertifiedAccuracy accuracy = run.estimated();
      double[] percent =
          IntStream.range(0, radii.length).mapToDouble(i -> 100 * accuracy.at(radii[i])).toArray();
      curves.add(new Charts.Curve(label(run), radii, percent));
    }
    List<Charts.Mark> marks =
        published.stream()
            .map(
                result ->
                    new Charts.Mark("published: " + name(result), result.eps(), result.vraPct()))
            .toList();
    return Charts.certifiedAccuracy(titled(title + " (estimated)", runs), curves, marks);
  }

  static String name(PublishedResult result) {
    String architecture = result.architecture();
    if (architecture == null) {
      return result.system();
    }
    return architecture.startsWith(result.system() + " ")
        ? architecture
        : result.system() + " " + architecture;
  }

  /**
   * A row a run beside a row a published result, which has those of its radii that were published.
   * Accuracies are in percent; "est." uses power-iteration estimates, "cert." holds for the float32
   * program and is empty where it was not computed; "minutes" are those of training. Published
   * numbers stand under "est.": none of them counts rounding.
   *
   * @param title above the table
   * @param runs our runs
   * @param published other people's results; those at none of the radii are left out
   * @param radii two columns each, "VRA est." and "VRA cert.", in pixels of [0, 1], such as {@code
   *     36 / 255.0}; with none there is one such pair, at each row's own radius
   * @return the table
   */
  public static Table table(
      String title, List<Run> runs, List<PublishedResult> published, double... radii) {
    boolean own = radii.length == 0;
    List<List<Object>> rows = new ArrayList<>();
    for (Run run : runs) {
      rows.add(row(run, own, own ? new double[] {run.experiment().radius()} : radii));
    }
    for (List<PublishedResult> claim : claims(published, own)) {
      double[] at = own ? new double[] {claim.get(0).eps()} : radii;
      if (claim.stream().anyMatch(result -> Arrays.stream(at).anyMatch(result::isAt))) {
        rows.add(row(claim, own, at));
      }
    }
    List<String> header = new ArrayList<>(List.of("run"));
    if (own) {
      header.addAll(List.of("radius", "clean %", "VRA est. %", "VRA cert. %"));
    } else {
      header.add("clean %");
      for (double radius : radii) {
        header.addAll(List.of(radius(radius) + " est. %", radius(radius) + " cert. %"));
      }
    }
    header.addAll(
        List.of("median radius", "test images", "epochs", "parameters", "minutes", "record"));
    return Tables.of(titled(title, runs), header, rows);
  }

  private static List<Object> row(Run run, boolean own, double... radii) {
    RunRecord record = run.record();
    Experiment experiment = run.experiment();
    boolean diverged = record.status() == RunRecord.Status.DIVERGED;
    CertifiedAccuracy estimated = diverged ? null : run.estimated();
    CertifiedAccuracy certified = record.certification() == null ? null : run.certified();
    List<Object> row = new ArrayList<>(List.of(label(run)));
    if (own) {
      row.add(experiment.radius());
    }
    row.add(diverged ? null : percent(estimated.clean()));
    for (double radius : radii) {
      row.add(diverged ? null : percent(estimated.at(radius)));
      row.add(certified == null ? null : percent(certified.at(radius)));
    }
    row.add(diverged ? null : rounded(estimated.radiusReachedBy(0.5), 1e3));
    row.add(diverged ? null : run.samples().size());
    row.add(run.history().size());
    row.add(record.parameters());
    row.add(rounded(record.trainingSeconds() / 60, 10));
    row.add(experiment.name() + "/" + experiment.scale().id());
    return row;
  }

  /** Results that are rows of their own, or one row for all radii of a system in one source. */
  static Collection<List<PublishedResult>> claims(List<PublishedResult> published, boolean each) {
    return published.stream()
        .collect(
            Collectors.groupingBy(
                result -> each ? result : List.of(result.dataset(), name(result), result.source()),
                LinkedHashMap::new,
                Collectors.toList()))
        .values();
  }

  private static List<Object> row(List<PublishedResult> claim, boolean own, double... radii) {
    PublishedResult first = claim.get(0);
    List<Object> row = new ArrayList<>(List.of("published: " + name(first)));
    if (own) {
      row.add(first.eps());
    }
    row.add(first.cleanPct());
    for (double radius : radii) {
      row.add(vra(claim, radius));
      row.add(null);
    }
    row.addAll(Arrays.asList(null, null, null, parameters(first), null, first.source()));
    return row;
  }

  /** Returns what a system's results say at a radius, in percent, or null. */
  static Double vra(List<PublishedResult> claim, double radius) {
    return claim.stream()
        .filter(result -> result.isAt(radius))
        .map(PublishedResult::vraPct)
        .findFirst()
        .orElse(null);
  }

  static Long parameters(PublishedResult result) {
    return result.paramsMillions() == null ? null : Math.round(1e6 * result.paramsMillions());
  }

  /** Returns a radius as papers write it: a short decimal, or pixel values out of 255. */
  static String radius(double radius) {
    double hundredths = 100 * radius;
    double values = 255 * radius;
    if (Math.abs(hundredths - Math.rint(hundredths)) > 1e-6
        && Math.abs(values - Math.rint(values)) < 1e-3) {
      return Math.round(values) + "/255";
    }
    return String.valueOf(rounded(radius, 1e4));
  }

  /**
   * What the guarantee costs each run: verified-robust accuracy by the papers' estimates and for
   * the float32 program, in percent, where the difference comes from, in points, and the Lipschitz
   * factors behind both.
   *
   * @param title above the table
   * @param runs the runs; those without certificates are left out
   * @return the table
   */
  public static Table gaps(String title, List<Run> runs) {
    List<List<Object>> rows = new ArrayList<>();
    for (Run run : runs) {
      Certification certification = run.record().certification();
      if (certification != null) {
        Gap vra = certification.vra();
        rows.add(
            List.of(
                label(run),
                run.experiment().radius(),
                percent(vra.estimated()),
                percent(vra.certified()),
                percent(vra.bound()),
                percent(vra.rounding()),
                certification.refused(),
                rounded(run.record().lipschitz().value(), 1e4),
                rounded(certification.lipschitz().value(), 1e4)));
      }
    }
    return Tables.of(
        titled(title, runs),
        List.of(
            "run",
            "radius",
            "VRA est. %",
            "VRA cert. %",
            "lost to bounds",
            "lost to rounding",
            "refused",
            "factor est.",
            "factor cert."),
        rows);
  }

  /**
   * Clean accuracy in percent and the quartiles of the certified radius of the float32 program,
   * wrong samples counting as 0.
   *
   * @param title above the table
   * @param runs certified runs
   * @return the table
   */
  public static Table quartiles(String title, List<Run> runs) {
    List<List<Object>> rows = new ArrayList<>();
    for (Run run : runs) {
      CertifiedAccuracy certified = run.certified();
      List<Object> row = new ArrayList<>(List.of(label(run), percent(certified.clean())));
      for (double share : new double[] {0.75, 0.5, 0.25}) {
        row.add(rounded(certified.radiusReachedBy(share), 1e4));
      }
      rows.add(row);
    }
    return Tables.of(
        titled(title, runs),
        List.of("run", "clean %", "lower quartile", "median radius", "upper quartile"),
        rows);
  }

  static double percent(double share) {
    return rounded(100 * share, 100);
  }

  static double rounded(double value, double steps) {
    return Math.round(value * steps) / steps;
  }

  /**
   * Test images with what is certified for each: label, prediction and the radius that holds for
   * the float32 program, or the estimated one, and then the title says so, where none was computed.
   * It also says where other images stand in for the recorded ones, which are not on this machine.
   *
   * @param title above the picture
   * @param run the run
   * @param count how many images, taken evenly from the test split
   * @param columns how many in a row
   * @return the picture
   */
  public static BufferedImage samples(String title, Run run, int count, int columns) {
    Dataset data = run.dataset();
    Images images = data.test();
    double eps = run.experiment().radius();
    boolean proved = run.record().certification() != null;
    List<ImageGrid.Tile> tiles = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Sample sample = run.samples().get((int) ((long) i * run.samples().size() / count));
      Certificate certificate = proved ? sample.certified() : sample.estimated();
      float[] pixels = new float[images.values()];
      images.read(sample.index() % images.size(), null, pixels, 0);
      tiles.add(
          new ImageGrid.Tile(
              pixels,
              images.channels(),
              images.height(),
              images.width(),
              caption(certificate),
              verdict(certificate, eps)));
    }
    String qualified = proved ? title : title + " (estimated)";
    if (!run.wasTestedOn(data)) {
      qualified += "; NOT the recorded images, which are not on this machine";
    }
    return ImageGrid.draw(new Title(qualified, data.madeUp()), tiles, columns);
  }

  private static String caption(Certificate certificate) {
    String classes =
        certificate.correct()
            ? String.valueOf(certificate.label())
            : certificate.label() + " → " + certificate.prediction();
    return String.format(Locale.ROOT, "%s, r = %.2f", classes, certificate.radius());
  }

  private static ImageGrid.Verdict verdict(Certificate certificate, double eps) {
    if (!certificate.correct()) {
      return ImageGrid.Verdict.WRONG;
    }
    return certificate.robust(eps) ? ImageGrid.Verdict.CERTIFIED : ImageGrid.Verdict.NOT_CERTIFIED;
  }

  static Title titled(String title, List<Run> runs) {
    return new Title(title, runs.stream().anyMatch(run -> run.record().madeUpData()));
  }

  private static List<Run> complete(List<Run> runs) {
    return runs.stream().filter(run -> run.record().status() == RunRecord.Status.COMPLETE).toList();
  }

  static String label(Run run) {
    String name = label(run.experiment());
    return run.record().status() == RunRecord.Status.DIVERGED ? name + " (diverged)" : name;
  }

  static String label(Experiment experiment) {
    return experiment.model() + ", " + experiment.method();
  }
}
