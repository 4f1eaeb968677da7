package org.lipkit.checker;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Looks for two inputs that a network moves far apart. What it finds is a true slope, every
 * rounding of plain doubles counted, so no Lipschitz constant is below it; that it finds nothing
 * larger says nothing.
 */
final class SlopeSearch {

  private static final int POINTS = 3;
  private static final int TURNS = 3;
  private static final double[] STEPS = {1, 1e-2, 1e-4};
  private static final long SEED = 0xc4ec;

  private final OnnxNetwork network;
  private final Head head;
  private final List<Point> starts;

  SlopeSearch(OnnxNetwork network) {
    this.network = network;
    this.head = network.head();
    SplittableRandom random = new SplittableRandom(SEED);
    this.starts =
        IntStream.range(0, POINTS)
            .mapToObj(n -> point(random.doubles(network.inputs()).toArray()))
            .toList();
  }

  /** One input with what the body makes of it, and how far that may be off. */
  private record Point(double[] x, Part.Local local, double error) {

    double[] features() {
      return local.output();
    }
  }

  private Point point(double[] x) {
    Part.Local local = network.body().at(x);
    return new Point(x, local, local.growth().apply(new Spread(0, 0, 1, 0)).p());
  }

  /** A slope of everything before the head. */
  double ofBody() {
    double steepest = 0;
    for (Point here : starts) {
      double[] direction = here.features();
      for (int turn = 0; turn < TURNS; turn++) {
        for (double step : STEPS) {
          Point there = moved(here, direction, step);
          double[] change = difference(there.features(), here.features());
          double moved = Up.lengthBelow(change) * (1 - 4 * Up.DOUBLE);
          double error = Up.plus(here.error, there.error);
          steepest = Math.max(steepest, slope(moved, error, here, there));
          direction = change;
        }
      }
    }
    return steepest;
  }

  /** A slope of the difference of two logits. */
  double ofMargin(int j, int i) {
    double steepest = 0;
    for (Point here : starts) {
      for (double step : STEPS) {
        Point there = moved(here, head.difference(i, j), step);
        double moved = Math.abs(margin(there, i, j) - margin(here, i, j)) * (1 - 8 * Up.DOUBLE);
        double error = Up.plus(error(here, i, j), error(there, i, j));
        steepest = Math.max(steepest, slope(moved, error, here, there));
      }
    }
    return steepest;
  }

  private double margin(Point point, int i, int j) {
    return head.logit(i, point.features()) - head.logit(j, point.features());
  }

  /** How far a margin may be off, its own subtraction included. */
  private double error(Point point, int i, int j) {
    double[] m = point.features();
    double logits = Up.plus(head.error(i, m), head.error(j, m));
    double subtraction =
        Up.times(4 * Up.DOUBLE, Up.plus(head.magnitude(i, m), head.magnitude(j, m)));
    return Up.plus(Up.times(head.distance(i, j), point.error), Up.plus(logits, subtraction));
  }

  private static double slope(double moved, double error, Point here, Point there) {
    double distance = Up.distance(here.x, there.x);
    return distance > 0 ? Math.max(0, Math.nextDown((moved - error) / distance)) : 0;
  }

  /** Along the gradient of the inner product of the features and a direction. */
  private Point moved(Point here, double[] direction, double step) {
    double[] gradient = here.local.pullback().apply(direction);
    double length = Up.length(gradient);
    double[] x = here.x.clone();
    for (int k = 0; k < x.length; k++) {
      x[k] += length > 0 ? step * gradient[k] / length : 0;
    }
    return point(x);
  }

  private static double[] difference(double[] a, double[] b) {
    double[] difference = a.clone();
    for (int k = 0; k < a.length; k++) {
      difference[k] -= b[k];
    }
    return difference;
  }
}
