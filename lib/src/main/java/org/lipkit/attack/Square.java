package org.lipkit.attack;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The Square attack in the Euclidean norm (Andriushchenko, Croce, Flammarion and Hein 2020,
 * algorithm 3): random search without gradients. A proposal moves the perturbation of one square
 * window, together with whatever radius is not used yet, into another and reshapes it; it is kept
 * if the strongest rival gains. Windows shrink over time. A sample is left alone once it is broken.
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

  /** Checks the settings. */
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
  public void attack(Victim victim, Search search) {
    search.follow(
        victim,
        Arrays.stream(search.standing()).mapToObj(n -> new RandomWalk(victim, search, n)).toList());
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
    for (int i = 0; i < window.length; i++) {
      window[i] /= norm;
    }
    return window;
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

  private final class RandomWalk extends Walk.Blind {

    private final Ball ball;
    private final int channels;
    private final int height;
    private final int width;
    private final Objective lead;
    private final RandomGenerator random;
    private float[] best;
    private double bestLead = Double.NEGATIVE_INFINITY;
    private int done;

    RandomWalk(Victim victim, Search search, int n) {
      super(n, search.start(n));
      this.ball = new Ball(search.start(n), eps, victim.domain());
      this.channels = (int) victim.image().get(0);
      this.height = (int) victim.image().get(1);
      this.width = (int) victim.image().get(2);
      this.lead = Objective.lead(search.attackedClass(n));
      this.random = search.random(n, Square.this, 0);
      moveTo(tiled());
    }

    @Override
    void advance(double[] logits, float[] gradient, boolean fooled) {
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

    /** The first image: windows side by side, each of a random sign a channel. */
    private float[] tiled() {
      int side = Math.max(1, Math.min(height, width) / FIRST_TILES);
      double[] window = window(side, true);
      double[] change = new double[channels * height * width];
      for (int c = 0; c < channels; c++) {
        for (int top = 0; top + side <= height; top += side) {
          for (int left = 0; left + side <= width; left += side) {
            double sign = random.nextBoolean() ? 1 : -1;
            for (int i = 0; i < window.length; i++) {
              change[at(c, top, left, side, i)] = sign * window[i];
            }
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
      double[] change = new double[best.length];
      for (int i = 0; i < change.length; i++) {
        change[i] = (double) best[i] - ball.centre()[i];
      }
      double norm = Vectors.norm(change);
      double unused = Math.max(0, eps * eps - norm * norm);
      for (int c = 0; c < channels; c++) {
        double[] shaped = new double[window.length];
        double sign = random.nextBoolean() ? 1 : -1;
        double windowNorm = Math.sqrt(squares(change, c, top, left, side));
        for (int i = 0; i < shaped.length; i++) {
          double old = change[at(c, top, left, side, i)];
          shaped[i] = sign * window[i] + (windowNorm == 0 ? 0 : old / windowNorm);
        }
        double available = unused / channels + squares(change, c, top, left, side);
        clear(change, c, top, left, side);
        available += squares(change, c, otherTop, otherLeft, side);
        clear(change, c, otherTop, otherLeft, side);
        double shapedNorm = Vectors.norm(shaped);
        double scale = shapedNorm == 0 ? 0 : Math.sqrt(available) / shapedNorm;
        for (int i = 0; i < shaped.length; i++) {
          change[at(c, top, left, side, i)] = scale * shaped[i];
        }
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

    private double squares(double[] change, int c, int top, int left, int side) {
      double sum = 0;
      for (int i = 0; i < side * side; i++) {
        double value = change[at(c, top, left, side, i)];
        sum += value * value;
      }
      return sum;
    }

    private void clear(double[] change, int c, int top, int left, int side) {
      for (int i = 0; i < side * side; i++) {
        change[at(c, top, left, side, i)] = 0;
      }
    }

    /** Where pixel i of a window lies in the image. */
    private int at(int c, int top, int left, int side, int i) {
      return (c * height + top + i / side) * width + left + i % side;
    }
  }
}
