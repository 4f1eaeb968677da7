package org.lipkit.attack;

import java.util.Arrays;

/**
 * DeepFool (Moosavi-Dezfooli, Fawzi and Frossard 2016, algorithm 2): the classifier is linearised
 * at the current point, the nearest of the rivals' linearised boundaries is stepped onto, {@code r
 * += |f_l| / ||w_l||^2 w_l} with f_l the rival's logit minus the own one and w_l its gradient,
 * until {@code x + (1 + overshoot) r} has another class. A small distance, not the smallest.
 *
 * @param iterations the most steps, at least 1
 * @param overshoot how far beyond the boundaries, as a share of r, at least 0
 * @param rivals how many rivals to consider, those with the largest logits on the sample
 */
public record DeepFool(int iterations, double overshoot, int rivals) implements Attack {

  /** The published settings: 50 iterations, overshoot 0.02, and ten classes. */
  public static final DeepFool PUBLISHED = new DeepFool(50, 0.02, 9);

  /** Checks the settings. */
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
  public void attack(Victim victim, Search search) {
    search.follow(
        victim,
        Arrays.stream(search.standing())
            .mapToObj(n -> new BoundaryWalk(search, n, victim.domain()))
            .toList());
  }

  /** Stays at a point until it knows every rival's gradient, then steps. */
  private final class BoundaryWalk extends Walk {

    private final float[] start;
    private final int own;
    private final int[] candidates;
    private final Domain domain;
    private final double[] total;
    private int candidate;
    private float[] nearest;
    private double nearestDistance = Double.POSITIVE_INFINITY;
    private int left = iterations;

    BoundaryWalk(Search search, int n, Domain domain) {
      super(n, search.start(n));
      this.start = search.start(n);
      this.own = search.attackedClass(n);
      this.candidates = Logits.rivals(search.logits(n), own, rivals);
      this.domain = domain;
      this.total = new double[start.length];
    }

    @Override
    double[] cotangent(double[] logits) {
      return Logits.difference(logits.length, candidates[candidate], own);
    }

    @Override
    void advance(double[] logits, float[] gradient, boolean fooled) {
      if (fooled) {
        end();
        return;
      }
      double distance = (logits[own] - logits[candidates[candidate]]) / Vectors.norm(gradient);
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
      for (int i = 0; i < total.length; i++) {
        total[i] += nearestDistance * direction[i];
      }
      moveTo(Vectors.image(Vectors.along(start, 1 + overshoot, total), domain));
      candidate = 0;
      nearest = null;
      nearestDistance = Double.POSITIVE_INFINITY;
    }
  }
}
