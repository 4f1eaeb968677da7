package org.lipkit.checker;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Looks for an input within a claimed radius that the program certainly gives another class: a few
 * projected gradient steps towards the strongest rivals. What it finds is proved; that it finds
 * nothing says nothing.
 */
final class Search {

  private static final int RIVALS = 3;
  private static final int STEPS = 10;

  /** What rounding to float32 may add to a distance stays below this share of the radius. */
  private static final double INSIDE = 1 - 1e-3;

  private final Checker checker;

  Search(Checker checker) {
    this.checker = checker;
  }

  /**
   * Searches the ball around a sample.
   *
   * @param x the sample
   * @param j the class that is claimed for all inputs within the radius
   * @param radius the claim, in pixels of [0, 1]
   * @return at least the distance of an input that contradicts the claim, at most the radius; NaN
   *     if none is found
   */
  double distance(float[] x, int j, double radius) {
    Evaluation start = checker.evaluate(x);
    for (int i : rivals(start.logits(), j)) {
      Evaluation evaluation = start;
      float[] there = x;
      for (int step = 0; step < STEPS; step++) {
        there = step(x, there, evaluation.gradient(i, j), INSIDE * radius);
        evaluation = checker.evaluate(there);
        double distance = distance(x, there);
        if (distance <= radius && evaluation.refutes(j)) {
          return distance;
        }
      }
    }
    return Double.NaN;
  }

  private static List<Integer> rivals(double[] logits, int j) {
    return IntStream.range(0, logits.length)
        .filter(i -> i != j)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -logits[i]))
        .limit(RIVALS)
        .toList();
  }

  /** As far as the radius along the gradient, then back into the ball around x. */
  private static float[] step(float[] x, float[] from, double[] gradient, double radius) {
    double slope = Up.length(gradient);
    double[] offset = new double[x.length];
    for (int k = 0; k < x.length; k++) {
      offset[k] = (double) from[k] - x[k] + (slope > 0 ? radius * gradient[k] / slope : 0);
    }
    double shrink = Math.min(1, radius / Up.length(offset));
    float[] to = new float[x.length];
    for (int k = 0; k < x.length; k++) {
      to[k] = (float) (x[k] + shrink * offset[k]);
    }
    return to;
  }

  private static double distance(float[] a, float[] b) {
    double[] difference = new double[a.length];
    for (int k = 0; k < a.length; k++) {
      difference[k] = Math.nextUp(Math.abs((double) a[k] - b[k]));
    }
    return Up.length(difference);
  }
}
