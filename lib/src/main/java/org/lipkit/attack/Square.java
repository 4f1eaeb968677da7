package org.lipkit.attack;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.lipkit.data.ImageShape;

/**
 * The Square attack in the Euclidean norm (Andriushchenko, Croce, Flammarion and Hein 2020,
 * algorithm 3): random search without gradients. A proposal moves the perturbation of one square
 * window, together with the part of the radius that is not used yet, into another and reshapes it;
 * it is kept if the strongest rival gains. Windows shrink over time. A broken sample is not
 * attacked further.
 *
 * @param eps the radius in pixels of [0, 1]
 * @param queries the most images to try, at least 1
 * @param share the share of the image that the first windows cover, in (0, 1]; AutoAttack's is 0.8
 */
public record Square(double eps, int queries, double share) implements Attack {

  /** When the windows' share is halved, for 10 000 queries. */
  private static final int[] HALVINGS = {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000};

  private static final int FULL_SCHEDULE = 10_000;
  private static final int SMALLEST_WINDOW = 3;
  private static final int FIRST_TILES = 5;

  /**
   * Checks the settings.
   *
   * @param eps above 0, in pixels of [0, 1]
   * @param queries at least 1
   * @param share in (0, 1]
   */
  public Square {
    Checks.radius("Square", eps);
    Checks.atLeastOne("Square", "queries", queries);
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("Square needs a share in (0, 1], not " + share + ".");
    }
  }

  @Override
  public String name() {
    return "Square";
  }

  @Override
  public void attack(Victim victim, List<Target> targets) {
    Walk.follow(victim, targets.stream().map(t -> new RandomWalk(t, victim.image())));
  }

  /**
   * A window with a bump in one half and its negative in the other, of norm 1: the update shape of
   * the Euclidean variant.
   *
   * @param side the window's side
   * @param upright whether the halves lie side by side or one above the other
   * @return side * side values
   */
  static double[] window(int side, boolean upright) {
    double[] window = new double[side * side];
    int half = side / 2;
    for (int r = 0; r < side; r++) {
      for (int s = 0; s < side; s++) {
        double value = s < half ? bump(side, half, r, s) : -bump(side, side - half, r, s - half);
        window[upright ? r * side + s : s * side + r] = value;
      }
    }
    double norm = Vectors.norm(window);
    return Arrays.stream(window).map(value -> value / norm).toArray();
  }

  private static double bump(int rows, int columns, int r, int s) {
    int n = rows / 2;
    int last = n - Math.max(Math.abs(r - n), Math.abs(s - columns / 2));
    double sum = 0;
    for (int k = 0; k <= last; k++) {
      sum += 1.0 / ((n + 1 - k) * (n + 1 - k));
    }
    return sum;
  }

  private final class RandomWalk extends Walk {

    private final Ball ball;
    private final int channels;
    private final int height;
    private final int width;
    private final Objective lead;
    private final RandomGenerator random;
    private float[] best;
    private double bestLead = Double.NEGATIVE_INFINITY;
    private int done;

    RandomWalk(Target target, ImageShape shape) {
      super(target, target.start());
      this.ball = target.ball(eps);
      this.channels = shape.channels();
      this.height = shape.height();
      this.width = shape.width();
      this.lead = Objective.lead(target.own());
      this.random = target.random(Square.this, 0);
      moveTo(tiled());
    }

    @Override
    void advance(double[] logits, double[] gradient, boolean fooled) {
      if (fooled || ++done == queries) {
        end();
        return;
      }
      if (lead.value(logits) > bestLead) {
        bestLead = lead.value(logits);
        best = point();
      }
      moveTo(proposal());
    }

    /** The first image: windows side by side, each channel of each with a random sign. */
    private float[] tiled() {
      int side = Math.max(1, Math.min(height, width) / FIRST_TILES);
      double[] window = window(side, true);
      double[] change = new double[channels * height * width];
      for (int c = 0; c < channels; c++) {
        for (int top = 0; top + side <= height; top += side) {
          for (int left = 0; left + side <= width; left += side) {
            double sign = random.nextBoolean() ? 1 : -1;
            put(change, places(c, top, left, side), i -> sign * window[i]);
          }
        }
      }
      return ball.project(Vectors.along(ball.centre(), eps / Vectors.norm(change), change));
    }

    private float[] proposal() {
      int side = side();
      int top = random.nextInt(height - side + 1);
      int left = random.nextInt(width - side + 1);
      int otherTop = random.nextInt(height - side + 1);
      int otherLeft = random.nextInt(width - side + 1);
      double[] window = window(side, random.nextBoolean());
      double[] change = Vectors.of(best.length, i -> (double) best[i] - ball.centre()[i]);
      double norm = Vectors.norm(change);
      double unused = Math.max(0, eps * eps - norm * norm);
      for (int c = 0; c < channels; c++) {
        int[] here = places(c, top, left, side);
        int[] there = places(c, otherTop, otherLeft, side);
        double sign = random.nextBoolean() ? 1 : -1;
        double old = squares(change, here);
        double[] shaped =
            Vectors.of(
                here.length,
                i -> sign * window[i] + (old == 0 ? 0 : change[here[i]] / Math.sqrt(old)));
        put(change, here, i -> 0);
        double available = unused / channels + old + squares(change, there);
        put(change, there, i -> 0);
        double shapedNorm = Vectors.norm(shaped);
        double scale = shapedNorm == 0 ? 0 : Math.sqrt(available) / shapedNorm;
        put(change, here, i -> scale * shaped[i]);
      }
      return ball.project(Vectors.along(ball.centre(), 1, change));
    }

    /** The side of the windows now: odd, and no larger than the image. */
    private int side() {
      double now = share;
      for (int halving : HALVINGS) {
        now = done * (double) FULL_SCHEDULE / queries > halving ? now / 2 : now;
      }
      int side = Math.max(SMALLEST_WINDOW, (int) Math.round(Math.sqrt(now * height * width)));
      return Math.min(side % 2 == 0 ? side + 1 : side, Math.min(height, width));
    }

    private static double squares(double[] change, int[] places) {
      return Arrays.stream(places).mapToDouble(at -> change[at]).reduce(0, (s, v) -> s + v * v);
    }

    private static void put(double[] change, int[] places, IntToDoubleFunction value) {
      for (int i = 0; i < places.length; i++) {
        change[places[i]] = value.applyAsDouble(i);
      }
    }

    /** Where a window's pixels lie in the image, row by row. */
    private int[] places(int c, int top, int left, int side) {
      return IntStream.range(0, side * side)
          .map(i -> (c * height + top + i / side) * width + left + i % side)
          .toArray();
    }
  }
}
