package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.draw.Charts;
import org.lipkit.draw.Hue;
import org.lipkit.draw.TableBuilder;
import org.lipkit.experiment.Radii;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.SmoothedRun;
import org.lipkit.smoothing.SmoothedRadius;
import tech.tablesaw.api.Table;

/** Certificates beside randomized smoothing, on the same images. */
public final class SmoothingViews {

  private SmoothingViews() {}

  /** One way to certify the same images: a run's certificates, or a smoothed model. */
  private record Way(
      String name,
      DoubleUnaryOperator accuracy,
      double largestRadius,
      double alpha,
      int passes,
      double seconds) {}

  private static List<Way> ways(Run run, List<SmoothedRun> smoothed, List<String> names) {
    CertifiedAccuracy proved = new CertifiedAccuracy(smoothed.get(0).sameImages(run));
    List<Way> ways = new ArrayList<>();
    ways.add(
        new Way(
            run.experiment().method() + ", certificate",
            proved::at,
            Double.NaN,
            0,
            1,
            run.record().certification().seconds() / run.samples().size()));
    for (int i = 0; i < smoothed.size(); i++) {
      SmoothedRun found = smoothed.get(i);
      ways.add(
          new Way(
              names.get(i) + ", smoothed",
              eps -> SmoothedRadius.probabilisticAccuracy(found.radii(), eps),
              found.settings().largestRadius(),
              found.settings().alpha(),
              found.settings().forwardPasses(),
              found.seconds() / found.radii().size()));
    }
    return ways;
  }

  /**
   * {@return the share of images that are correct within the radius: proved by a run's
   * certificates, and by smoothing, which may be wrong about each image with a small probability}
   *
   * @param title above the picture; it says so where data were made up
   * @param run a certified run
   * @param smoothed smoothed models, on images of the same split
   * @param names one name in the legend for each of them
   * @param largest the right end of the axis, in pixels of [0, 1]
   */
  public static BufferedImage curves(
      String title, Run run, List<SmoothedRun> smoothed, List<String> names, double largest) {
    double[] radii = Radii.upTo(largest);
    List<Charts.Curve> curves =
        ways(run, smoothed, names).stream()
            .map(
                way ->
                    Charts.Curve.percent(way.name, radii, way.accuracy)
                        .in(way.alpha == 0 ? Hue.GREEN : null))
            .toList();
    return Charts.certifiedAccuracy(RunTable.titled(title, List.of(run)), curves, List.of());
  }

  /**
   * {@return what each way costs and claims, one row each: accuracies in percent on the same
   * images}
   *
   * @param title above the table; it says so where data were made up
   * @param run a certified run
   * @param smoothed smoothed models, on images of the same split
   * @param names one name for each of them
   * @param eps the radius of the third column, in pixels of [0, 1]
   */
  public static Table table(
      String title, Run run, List<SmoothedRun> smoothed, List<String> names, double eps) {
    return TableBuilder.<Way>of(ways(run, smoothed, names))
        .column("way", Way::name)
        .percent("correct %", way -> way.accuracy.applyAsDouble(0))
        .percent("correct at eps %", way -> way.accuracy.applyAsDouble(eps))
        .number("largest radius possible", 3, Way::largestRadius)
        .column("wrong with probability up to", Way::alpha)
        .column("passes per image", Way::passes)
        .number("seconds per image", 3, Way::seconds)
        .table(RunTable.titled(title, List.of(run)));
  }
}
