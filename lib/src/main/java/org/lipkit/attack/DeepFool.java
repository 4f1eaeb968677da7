package org.lipkit.attack;

import java.util.List;

/**
 * DeepFool (Moosavi-Dezfooli, Fawzi and Frossard 2016, algorithm 2): the classifier is linearised
 * at the current point, the nearest of the rivals' linearised boundaries is stepped onto, {@code r
 * += |f_l| / ||w_l||^2 w_l} with f_l the rival's logit minus the own one and w_l its gradient,
 * until {@code x + (1 + overshoot) r} has another class. A small distance, not the smallest. A step
 * is at least 1e-6 long, and twice as long each time that this was needed.
 *
 * @param iterations the most steps, at least 1
 * @param overshoot how far beyond the boundaries, as a share of r, at least 0
 * @param rivals how many rivals to consider, those with the largest logits on the sample
 */
public record DeepFool(int iterations, double overshoot, int rivals) implements Attack {

  /** The published settings: 50 iterations, overshoot 0.02, and ten classes. */
  public static final DeepFool PUBLISHED = new DeepFool(50, 0.02, 9);

  /**
   * Checks the settings.
   *
   * @param iterations at least 1
   * @param overshoot finite and at least 0
   * @param rivals at least 1
   */
  public DeepFool {
    Checks.atLeastOne("DeepFool", "iterations", iterations);
    Checks.atLeastOne("DeepFool", "rivals", rivals);
    if (!(overshoot >= 0 && overshoot < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "DeepFool needs an overshoot that is at least 0 and finite, not " + overshoot + ".");
    }
  }

  @Override
  public String name() {
    return "DeepFool";
  }

  @Override
  public void attack(Victim victim, List<Target> targets) {
    Walk.follow(victim, targets.stream().map(BoundaryWalk::new));
  }

  /** Stays at a point until it knows every rival's gradient, then steps. */
  private final class BoundaryWalk extends Walk {

    private final int[] candidates;
    private final double[] total;
    private int candidate;
    private double[] nearest;
    private double nearestDistance = Double.POSITIVE_INFINITY;
    private int left = iterations;

    /** Without a shortest step an exact tie, at which the distance is 0, would hold the walk. */
    private double least = 1e-6;

    BoundaryWalk(Target target) {
      super(target, target.start());
      this.candidates = target.rivals(rivals);
      this.total = new double[target.start().length];
    }

    @Override
    Objective objective() {
      return Objective.difference(target().own(), candidates[candidate]);
    }

    @Override
    void advance(double[] logits, double[] gradient, boolean fooled) {
      if (fooled) {
        end();
        return;
      }
      double distance = -objective().value(logits) / Vectors.norm(gradient);
      if (distance < nearestDistance) {
        nearestDistance = distance;
        nearest = gradient;
      }
      if (++candidate == candidates.length) {
        step();
      }
    }

    private void step() {
      if (nearest == null || left-- == 0) {
        end();
        return;
      }
      double[] direction = Vectors.unit(nearest);
      double length = Math.max(nearestDistance, least);
      if (length == least) {
        least *= 2;
      }
      for (int i = 0; i < total.length; i++) {
        total[i] += length * direction[i];
      }
      moveTo(
          Vectors.image(Vectors.along(target().start(), 1 + overshoot, total), target().domain()));
      candidate = 0;
      nearest = null;
      nearestDistance = Double.POSITIVE_INFINITY;
    }
  }
}
