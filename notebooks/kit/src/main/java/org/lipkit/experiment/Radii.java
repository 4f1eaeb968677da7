package org.lipkit.experiment;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The radii at which results are reported, in pixels of [0, 1], and their names. */
public final class Radii {

  private Radii() {}

  /**
   * Writes a radius as papers do.
   *
   * @param radius in pixels of [0, 1]
   * @return a short decimal such as 0.3, or pixel values such as 36/255
   */
  public static String name(double radius) {
    double hundredths = 100 * radius;
    double values = 255 * radius;
    if (Math.abs(hundredths - Math.rint(hundredths)) > 1e-6
        && Math.abs(values - Math.rint(values)) < 1e-3) {
      return Math.round(values) + "/255";
    }
    return String.valueOf(Math.round(radius * 1e4) / 1e4);
  }

  /**
   * The radii that runs or published results report.
   *
   * @param runs our runs
   * @param published other people's results
   * @return the radii by name in rising order; of those with the same name the largest
   */
  public static Map<String, Double> reported(List<Run> runs, List<PublishedResult> published) {
    Map<String, Double> named = new LinkedHashMap<>();
    Stream.concat(
            runs.stream().map(run -> run.experiment().radius()),
            published.stream().map(PublishedResult::eps))
        .sorted()
        .forEach(radius -> named.merge(name(radius), radius, Math::max));
    return named;
  }

  /**
   * Evenly spaced radii for a curve.
   *
   * @param largest the last one; the first is 0
   * @return 201 radii
   */
  public static double[] upTo(double largest) {
    int steps = 200;
    return DoubleStream.iterate(0, i -> i <= steps, i -> i + 1)
        .map(i -> largest * i / steps)
        .toArray();
  }
}
