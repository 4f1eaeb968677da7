package org.lipkit.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.lipkit.text.Text;

/**
 * By how much one method beats another on one data set, beside the difference between seeds.
 *
 * @param dataset the data set
 * @param first a method's name
 * @param second another method's name
 * @param points mean estimated VRA of the first minus that of the second, at the experiments'
 *     radius, in points
 * @param spread the larger of the two methods' spreads: largest minus smallest VRA, in points
 * @param seeds the smaller number of finished runs; with 0 there is nothing to compare
 * @param leads McNemar's z of the first method against the second, image by image, for each seed
 *     that both have ({@link RunStatistics#estimatedLead})
 */
public record MethodComparison(
    String dataset,
    String first,
    String second,
    double points,
    double spread,
    int seeds,
    List<Double> leads) {

  /**
   * Compares two methods.
   *
   * @param runs one data set, several seeds
   * @param first a method's name
   * @param second another method's name
   * @return the comparison
   */
  public static MethodComparison of(List<Run> runs, String first, String second) {
    SeedGroup a = SeedGroup.withMethod(runs, first);
    SeedGroup b = SeedGroup.withMethod(runs, second);
    int seeds = Math.min(a.complete().size(), b.complete().size());
    return new MethodComparison(
        seeds == 0 ? "" : a.experiment().data(),
        first,
        second,
        a.mean(MethodComparison::vra) - b.mean(MethodComparison::vra),
        Math.max(a.spread(MethodComparison::vra), b.spread(MethodComparison::vra)),
        seeds,
        Arrays.stream(a.bySeed(b, MethodComparison::lead)).boxed().toList());
  }

  private static double lead(Run run, Run other) {
    return RunStatistics.estimatedLead(run, other, run.experiment().radius());
  }

  private static double vra(Run run) {
    return 100 * run.estimatedVra();
  }

  /**
   * The comparison in words, whether the difference is larger than the spread, and McNemar's z of
   * each seed that both methods have.
   */
  @Override
  public String toString() {
    if (seeds == 0) {
      return "There are no finished runs of both " + first + " and " + second + " to compare.";
    }
    String verdict =
        seeds < 2
            ? "with one seed nobody knows what that means"
            : Text.of(
                "%s than the spread over %d seeds, %.2f points",
                Math.abs(points) > spread ? "more" : "no more", seeds, spread);
    boolean tie = Math.abs(points) < 0.005;
    return Text.of(
        "%s: %s %s %s %s %.2f points of estimated VRA, %s%s.",
        dataset,
        first,
        tie ? "ties with" : points > 0 ? "beats" : "loses to",
        second,
        tie ? "within" : "by",
        tie ? 0.01 : Math.abs(points),
        verdict,
        leads.isEmpty()
            ? ""
            : leads.stream()
                .map(z -> Text.of("%.1f", z))
                .collect(Collectors.joining(", ", "; z ", "")));
  }
}
