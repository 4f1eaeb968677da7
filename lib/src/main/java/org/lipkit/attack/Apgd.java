package org.lipkit.attack;

import java.util.ArrayList;
import java.util.List;

/**
 * Auto-PGD in the Euclidean norm (Croce and Hein 2020, "Reliable evaluation of adversarial
 * robustness", algorithm 1): projected gradient ascent with momentum whose step starts at 2 eps and
 * is halved, going back to the best point, whenever a checkpoint sees too little progress. It
 * maximises the cross entropy (APGD-CE), or the targeted ratio of logits for one rival after the
 * other (APGD-T). A sample is left alone once it is broken.
 *
 * @param eps the radius in pixels of [0, 1]
 * @param steps gradient steps a start, at least 1
 * @param targets 0 for the cross entropy, else how many rivals to aim at, those with the largest
 *     logits
 */
public record Apgd(double eps, int steps, int targets) implements Attack {

  private static final double MOMENTUM = 0.75;
  private static final double PROGRESS = 0.75;

  /** Checks the settings. */
  public Apgd {
    Checks.radius("APGD", eps);
    Checks.atLeastOne("APGD", "steps", steps);
    if (targets < 0) {
      throw new IllegalArgumentException("APGD cannot aim at " + targets + " rivals.");
    }
  }

  @Override
  public String name() {
    return targets == 0 ? "APGD-CE" : "APGD-T";
  }

  @Override
  public void attack(Victim victim, Search search) {
    for (int round = 0; round < Math.max(1, targets); round++) {
      List<Ascent> walks = new ArrayList<>();
      for (int n : search.standing()) {
        Objective objective = objective(search, n, round);
        if (objective != null && !search.broken(n, eps)) {
          walks.add(start(victim, search, n, objective, round));
        }
      }
      search.follow(victim, walks);
    }
  }

  /** What to maximise in a round; null if there are not that many rivals. */
  private Objective objective(Search search, int n, int round) {
    int own = search.attackedClass(n);
    if (targets == 0) {
      return Objective.crossEntropy(own);
    }
    int[] rivals = Logits.rivals(search.logits(n), own, targets);
    return round < rivals.length ? Objective.targetedRatio(own, rivals[round]) : null;
  }

  private Ascent start(Victim victim, Search search, int n, Objective objective, int round) {
    float[] start = search.start(n);
    double[] direction = Vectors.onSphere(start.length, search.random(n, this, round));
    Ball ball = new Ball(start, eps, victim.domain());
    return new Ascent(n, ball.project(Vectors.along(start, eps, direction)), ball, objective);
  }

  private final class Ascent extends Walk {

    private final Ball ball;
    private final Objective objective;
    private double step = 2 * eps;
    private int time;
    private float[] previous;
    private double previousValue;
    private float[] best;
    private float[] bestGradient;
    private double bestValue = Double.NEGATIVE_INFINITY;
    private int checkpoint;
    private int period = (int) Math.ceil(0.22 * steps);
    private int rises;
    private boolean halvedBefore;
    private double bestValueBefore;

    Ascent(int n, float[] from, Ball ball, Objective objective) {
      super(n, from);
      this.ball = ball;
      this.objective = objective;
    }

    @Override
    double[] cotangent(double[] logits) {
      return objective.gradient(logits);
    }

    @Override
    void advance(double[] logits, float[] gradient, boolean fooled) {
      if (fooled || time == steps) {
        end();
        return;
      }
      double value = objective.value(logits);
      if (time == 0) {
        bestValueBefore = value;
      } else if (value > previousValue) {
        rises++;
      }
      if (value > bestValue) {
        best = point();
        bestGradient = gradient;
        bestValue = value;
      }
      previousValue = value;
      boolean back = time > 0 && time == checkpoint + period && stuck();
      float[] at = back ? best : point();
      float[] next = next(at, back ? bestGradient : gradient);
      previous = at;
      time++;
      moveTo(next);
    }

    /**
     * The checkpoint's two conditions of the paper's step-size selection; halves the step if either
     * holds.
     */
    private boolean stuck() {
      boolean fewRises = rises < PROGRESS * period;
      boolean stalled = !halvedBefore && bestValueBefore == bestValue;
      halvedBefore = fewRises || stalled;
      bestValueBefore = bestValue;
      rises = 0;
      checkpoint = time;
      period = Math.max(period - (int) Math.ceil(0.03 * steps), (int) Math.ceil(0.06 * steps));
      if (halvedBefore) {
        step /= 2;
      }
      return halvedBefore;
    }

    private float[] next(float[] at, float[] gradient) {
      float[] ahead = ball.project(Vectors.along(at, step, Vectors.unit(gradient)));
      if (previous == null) {
        return ahead;
      }
      double[] point = new double[at.length];
      for (int i = 0; i < point.length; i++) {
        point[i] =
            at[i]
                + MOMENTUM * ((double) ahead[i] - at[i])
                + (1 - MOMENTUM) * ((double) at[i] - previous[i]);
      }
      return ball.project(point);
    }
  }
}
