package org.lipkit.attack;

import java.util.List;

/**
 * Auto-PGD in the Euclidean norm (Croce and Hein 2020, "Reliable evaluation of adversarial
 * robustness", algorithm 1): projected gradient ascent with momentum whose step starts at 2 eps and
 * is halved, going back to the best point, whenever a checkpoint sees too little progress. It
 * maximises the cross entropy (APGD-CE), or the targeted ratio of logits for one rival after the
 * other (APGD-T). A broken sample is not attacked further.
 *
 * @param eps the radius in pixels of [0, 1]
 * @param steps gradient steps from each start, at least 1
 * @param targets 0 for the cross entropy, else how many rivals to aim at, those with the largest
 *     logits
 */
public record Apgd(double eps, int steps, int targets) implements Attack {

  private static final double MOMENTUM = 0.75;
  private static final double PROGRESS = 0.75;

  /**
   * Checks the settings.
   *
   * @param eps above 0, in pixels of [0, 1]
   * @param steps at least 1
   * @param targets at least 0
   */
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
  public void attack(Victim victim, List<Target> targets) {
    for (int i = 0; i < Math.max(1, targets()); i++) {
      int round = i;
      Walk.follow(
          victim,
          targets.stream()
              .filter(t -> !t.broken(eps) && (round == 0 || round < t.rivals(round + 1).length))
              .map(t -> start(t, round)));
    }
  }

  private Ascent start(Target target, int round) {
    float[] start = target.start();
    double[] direction = Vectors.onSphere(start.length, target.random(this, round));
    Ball ball = target.ball(eps);
    Objective objective =
        targets == 0
            ? Objective.crossEntropy(target.own())
            : Objective.targetedRatio(target.own(), target.rivals(round + 1)[round]);
    return new Ascent(target, ball.project(Vectors.along(start, eps, direction)), ball, objective);
  }

  private final class Ascent extends Walk {

    private final Ball ball;
    private final Objective objective;
    private double step = 2 * eps;
    private int time;
    private float[] previous;
    private double previousValue;
    private float[] best;
    private double[] bestGradient;
    private double bestValue = Double.NEGATIVE_INFINITY;
    private int checkpoint;
    private int period = (int) Math.ceil(0.22 * steps);
    private int rises;
    private boolean halvedBefore;
    private double bestValueBefore;

    Ascent(Target target, float[] from, Ball ball, Objective objective) {
      super(target, from);
      this.ball = ball;
      this.objective = objective;
    }

    @Override
    Objective objective() {
      return objective;
    }

    @Override
    void advance(double[] logits, double[] gradient, boolean fooled) {
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

    private float[] next(float[] at, double[] gradient) {
      float[] ahead = ball.project(Vectors.along(at, step, Vectors.unit(gradient)));
      if (previous == null) {
        return ahead;
      }
      double[] point =
          Vectors.of(
              at.length,
              i ->
                  at[i]
                      + MOMENTUM * ((double) ahead[i] - at[i])
                      + (1 - MOMENTUM) * ((double) at[i] - previous[i]));
      return ball.project(point);
    }
  }
}
