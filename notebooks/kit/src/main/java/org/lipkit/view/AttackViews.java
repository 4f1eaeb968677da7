package org.lipkit.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.lipkit.draw.Charts;
import org.lipkit.draw.Title;
import org.lipkit.experiment.AttackedRun;
import org.lipkit.experiment.AttackedSample;
import org.lipkit.experiment.RadiusChain;
import org.lipkit.experiment.Sample;
import tech.tablesaw.api.Table;

/** What is certified beside what attacks break, on the samples that were attacked. */
public final class AttackViews {

  private static final int POINTS = 200;

  private AttackViews() {}

  /** The share of attacked samples that are correct and still stand at a radius. */
  private record Accuracy(String name, DoubleUnaryOperator at) {}

  private static List<Accuracy> accuracies(AttackedRun attacked) {
    List<Sample> samples = attacked.run().samples();
    return List.of(
        new Accuracy(
            "certified",
            eps -> share(attacked, row -> samples.get(row.index()).radiusCertified(), eps)),
        new Accuracy("Carlini-Wagner", eps -> share(attacked, AttackedSample::carliniWagner, eps)),
        new Accuracy("DeepFool", eps -> share(attacked, AttackedSample::deepFool, eps)));
  }

  private static double share(
      AttackedRun attacked, ToDoubleFunction<AttackedSample> radius, double eps) {
    List<AttackedSample> rows = attacked.attacks();
    return rows.stream()
            .filter(row -> row.label() == row.prediction() && radius.applyAsDouble(row) >= eps)
            .count()
        / (double) rows.size();
  }

  /**
   * Accuracy at several radii, three rows a run: certified for the float32 program, and under two
   * attacks, all in percent of the samples that were attacked. What an attack leaves standing is
   * not proved.
   *
   * @param title above the table
   * @param runs attacked runs
   * @param radii a column each, in pixels of [0, 1]
   * @return the table
   */
  public static Table accuracy(String title, List<AttackedRun> runs, double... radii) {
    List<String> header = new ArrayList<>(List.of("run", "accuracy", "images", "clean %"));
    Arrays.stream(radii).forEach(radius -> header.add(RunViews.radius(radius) + " %"));
    List<List<Object>> rows = new ArrayList<>();
    for (AttackedRun attacked : runs) {
      for (Accuracy accuracy : accuracies(attacked)) {
        List<Object> row = new ArrayList<>();
        row.add(RunViews.label(attacked.run()));
        row.add(accuracy.name.equals("certified") ? "certified" : "under " + accuracy.name);
        row.add(attacked.attacks().size());
        row.add(RunViews.percent(accuracy.at.applyAsDouble(0)));
        Arrays.stream(radii)
            .forEach(radius -> row.add(RunViews.percent(accuracy.at.applyAsDouble(radius))));
        rows.add(row);
      }
    }
    return Tables.of(titled(title, runs), header, rows);
  }

  /**
   * The same over all radii for one run: the truth lies between what is certified and the lower of
   * the two attacks.
   *
   * @param title above the picture
   * @param attacked an attacked run
   * @param largest the right end of the axis, in pixels of [0, 1]
   * @return the picture
   */
  public static BufferedImage curves(String title, AttackedRun attacked, double largest) {
    double[] radii =
        IntStream.rangeClosed(0, POINTS).mapToDouble(i -> largest * i / POINTS).toArray();
    List<Charts.Curve> curves = new ArrayList<>();
    for (Accuracy accuracy : accuracies(attacked)) {
      double[] percent = Arrays.stream(radii).map(accuracy.at).map(share -> 100 * share).toArray();
      curves.add(new Charts.Curve(accuracy.name, radii, percent));
    }
    String axis = "radius (l2, pixels in [0, 1])";
    return Charts.lines(titled(title, List.of(attacked)), axis, "correct and standing, %", curves);
  }

  /**
   * How much each step of the chain of four radii loses, as medians over the samples, beside
   * published quotients of the same steps.
   *
   * @param title above the table
   * @param runs attacked runs
   * @param published a finding whose {@code rows} of three {@code values} are B/A, C/B and D/C
   * @return the table
   */
  public static Table looseness(String title, List<AttackedRun> runs, JsonNode published) {
    List<List<Object>> rows = new ArrayList<>();
    for (AttackedRun attacked : runs) {
      RadiusChain.Looseness looseness = RadiusChain.looseness(attacked.chain());
      List<Object> row = new ArrayList<>(List.of(RunViews.label(attacked.run())));
      for (double quotient :
          new double[] {
            looseness.bound(), looseness.locality(), looseness.linearity(), looseness.whole()
          }) {
        row.add(RunViews.rounded(quotient, 100));
      }
      row.add(attacked.chain().size());
      rows.add(row);
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
    return RunViews.titled(title, runs.stream().map(AttackedRun::run).toList());
  }
}
