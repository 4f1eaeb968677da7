package org.lipkit.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.SmoothedRadius;
import org.lipkit.certify.Smoothing;
import org.lipkit.draw.Charts;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.SmoothedRun;
import tech.tablesaw.api.Table;

/** Certificates beside randomized smoothing, on the same images. */
public final class SmoothingViews {

  private static final int POINTS = 200;

  private SmoothingViews() {}

  /**
   * Share of images that are correct within the radius: proved by a run's certificates, and, with
   * an error probability for each image, by smoothing.
   *
   * @param title above the picture
   * @param run a certified run
   * @param smoothed smoothed models with their names in the legend, on images of the same split
   * @param names one for each of them
   * @param largest the right end of the axis, in pixels of [0, 1]
   * @return the picture
   */
  public static BufferedImage curves(
      String title, Run run, List<SmoothedRun> smoothed, List<String> names, double largest) {
    double[] radii =
        IntStream.rangeClosed(0, POINTS).mapToDouble(i -> largest * i / POINTS).toArray();
    CertifiedAccuracy proved = proved(run, smoothed);
    List<Charts.Curve> curves = new ArrayList<>();
    curves.add(curve(run.experiment().method() + ", certificate", radii, proved.curve(radii)));
    for (int i = 0; i < smoothed.size(); i++) {
      List<SmoothedRadius> found = smoothed.get(i).radii();
      double[] shares =
          IntStream.range(0, radii.length)
              .mapToDouble(r -> SmoothedRadius.probabilisticAccuracy(found, radii[r]))
              .toArray();
      curves.add(curve(names.get(i) + ", smoothed", radii, shares));
    }
    return Charts.certifiedAccuracy(titled(title, run), curves, List.of());
  }

  private static CertifiedAccuracy proved(Run run, List<SmoothedRun> smoothed) {
    return new CertifiedAccuracy(smoothed.get(0).sameImages(run));
  }

  private static Charts.Curve curve(String name, double[] radii, double[] shares) {
    double[] percent =
        IntStream.range(0, shares.length).mapToDouble(i -> 100 * shares[i]).toArray();
    return new Charts.Curve(name, radii, percent);
  }

  private static Title titled(String title, Run run) {
    return new Title(title, run.record().madeUpData());
  }

  /**
   * What each way costs and claims, a row each: accuracies in percent on the same images.
   *
   * @param title above the table
   * @param run a certified run
   * @param smoothed smoothed models, on images of the same split
   * @param names one for each of them
   * @param eps the radius of the third column, in pixels of [0, 1]
   * @return the table
   */
  public static Table table(
      String title, Run run, List<SmoothedRun> smoothed, List<String> names, double eps) {
    List<List<Object>> rows = new ArrayList<>();
    CertifiedAccuracy proved = proved(run, smoothed);
    List<Object> first = new ArrayList<>();
    first.add(run.experiment().method() + ", certificate");
    first.add(RunViews.percent(proved.clean()));
    first.add(RunViews.percent(proved.at(eps)));
    first.add(null);
    first.add(0.0);
    first.add(1);
    first.add(RunViews.rounded(run.record().certification().seconds() / run.samples().size(), 1e3));
    rows.add(first);
    for (int i = 0; i < smoothed.size(); i++) {
      SmoothedRun found = smoothed.get(i);
      Smoothing settings = found.settings();
      rows.add(
          List.of(
              names.get(i) + ", smoothed",
              RunViews.percent(SmoothedRadius.probabilisticAccuracy(found.radii(), 0)),
              RunViews.percent(SmoothedRadius.probabilisticAccuracy(found.radii(), eps)),
              RunViews.rounded(settings.largestRadius(), 1e3),
              settings.alpha(),
              settings.forwardPasses(),
              RunViews.rounded(found.seconds() / found.radii().size(), 1e3)));
    }
    return Tables.of(
        titled(title, run),
        List.of(
            "way",
            "correct %",
            "correct at eps %",
            "largest radius possible",
            "wrong with probability up to",
            "passes an image",
            "seconds an image"),
        rows);
  }
}
