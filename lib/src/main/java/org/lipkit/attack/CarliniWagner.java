package org.lipkit.attack;

import java.util.ArrayList;
import java.util.List;

/**
 * The attack of Carlini and Wagner 2017 in the Euclidean norm (sections V and VI.A): minimise
 * {@code ||d||^2 + c max(y_j - max_{i != j} y_i, 0)} with Adam, where the smallest c that fools the
 * classifier is found by bisection. Images are kept in their domain by projection after every step
 * (their section V.B), so that one path serves the box and the whole space. The learning rate falls
 * linearly to 0, so that the end settles on the boundary.
 *
 * @param steps Adam steps for each c, at least 1
 * @param searches how many values of c are tried, at least 1
 * @param rate the first learning rate, in pixels of [0, 1]
 * @param firstWeight the first c
 */
public record CarliniWagner(int steps, int searches, double rate, double firstWeight)
    implements Attack {

  /**
   * As in the authors' sample script: 9 values of c from 1e-3 on, 1000 steps at 0.01. (Their rate
   * is that of the tanh of a variable; their attack's own default is 10,000 steps, which end
   * early.)
   */
  public static final CarliniWagner PUBLISHED = new CarliniWagner(1000, 9, 0.01, 1e-3);

  /**
   * Checks the settings.
   *
   * @param steps at least 1
   * @param searches at least 1
   * @param rate above 0
   * @param firstWeight above 0
   */
  public CarliniWagner {
    Checks.atLeastOne("Carlini-Wagner", "steps", steps);
    Checks.atLeastOne("Carlini-Wagner", "searches", searches);
    Checks.positive("Carlini-Wagner", "a learning rate", rate);
    Checks.positive("Carlini-Wagner", "a first weight", firstWeight);
  }

  @Override
  public String name() {
    return "Carlini-Wagner";
  }

  @Override
  public void attack(Victim victim, List<Target> targets) {
    List<Weight> weights = targets.stream().map(t -> new Weight(firstWeight)).toList();
    for (int i = 0; i < searches; i++) {
      List<PenaltyWalk> walks = new ArrayList<>();
      for (int k = 0; k < targets.size(); k++) {
        walks.add(new PenaltyWalk(targets.get(k), weights.get(k).value));
      }
      Walk.follow(victim, walks.stream());
      for (int k = 0; k < targets.size(); k++) {
        weights.get(k).learn(walks.get(k).everFooled);
      }
    }
  }

  /** Bisection of c: ten times as much until it is enough once, then halfway. */
  private static final class Weight {

    private double value;
    private double tooSmall;
    private double enough = Double.POSITIVE_INFINITY;

    Weight(double value) {
      this.value = value;
    }

    void learn(boolean fooled) {
      if (fooled) {
        enough = value;
      } else {
        tooSmall = value;
      }
      value = Double.isInfinite(enough) ? 10 * value : (tooSmall + enough) / 2;
    }
  }

  private final class PenaltyWalk extends Walk {

    private final float[] start;
    private final double weight;
    private final Adam adam;
    private final double[] position;
    private int done;
    private boolean everFooled;

    PenaltyWalk(Target target, double weight) {
      super(target, target.start());
      this.start = target.start();
      this.weight = weight;
      this.adam = new Adam(start.length);
      this.position = Vectors.doubles(start);
    }

    @Override
    Objective objective() {
      return Objective.lead(target().own());
    }

    @Override
    void advance(double[] logits, double[] gradient, boolean fooled) {
      everFooled |= fooled;
      if (done == steps) {
        end();
        return;
      }
      double penalty = fooled ? 0 : weight;
      double[] slope =
          Vectors.of(start.length, i -> 2 * (position[i] - start[i]) - penalty * gradient[i]);
      adam.descend(position, slope, rate * (1 - done / (double) steps));
      for (int i = 0; i < position.length; i++) {
        position[i] = target().domain().clamp(position[i]);
      }
      done++;
      moveTo(Vectors.image(position, target().domain()));
    }
  }
}
