package org.lipkit.attack;

import java.util.ArrayList;
import java.util.Arrays;
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

  /** The authors' settings in their own code: 9 values of c from 1e-3 on, 1000 steps at 0.01. */
  public static final CarliniWagner PUBLISHED = new CarliniWagner(1000, 9, 0.01, 1e-3);

  /** Checks the settings. */
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
  public void attack(Victim victim, Search search) {
    int[] standing = search.standing();
    Weight[] weights = new Weight[standing.length];
    Arrays.setAll(weights, k -> new Weight(firstWeight));
    for (int i = 0; i < searches; i++) {
      List<PenaltyWalk> walks = new ArrayList<>();
      for (int k = 0; k < standing.length; k++) {
        walks.add(new PenaltyWalk(search, standing[k], weights[k].value, victim.domain()));
      }
      search.follow(victim, walks);
      for (int k = 0; k < standing.length; k++) {
        weights[k].learn(walks.get(k).everFooled);
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
    private final Objective lead;
    private final double weight;
    private final Domain domain;
    private final Adam adam;
    private final double[] position;
    private int done;
    private boolean everFooled;

    PenaltyWalk(Search search, int n, double weight, Domain domain) {
      super(n, search.start(n));
      this.start = search.start(n);
      this.lead = Objective.lead(search.attackedClass(n));
      this.weight = weight;
      this.domain = domain;
      this.adam = new Adam(start.length);
      this.position = Vectors.along(start, 0, new double[start.length]);
    }

    @Override
    double[] cotangent(double[] logits) {
      return lead.gradient(logits);
    }

    @Override
    void advance(double[] logits, float[] gradient, boolean fooled) {
      everFooled |= fooled;
      if (done == steps) {
        end();
        return;
      }
      double penalty = fooled ? 0 : weight;
      double[] slope = new double[start.length];
      for (int i = 0; i < slope.length; i++) {
        slope[i] = 2 * (position[i] - start[i]) - penalty * gradient[i];
      }
      adam.descend(position, slope, rate * (1 - done / (double) steps));
      for (int i = 0; i < position.length; i++) {
        position[i] = domain.clamp(position[i]);
      }
      done++;
      moveTo(Vectors.image(position, domain));
    }
  }
}
