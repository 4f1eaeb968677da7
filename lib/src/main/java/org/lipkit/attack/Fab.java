package org.lipkit.attack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fast adaptive boundary attack in the Euclidean norm, targeted (Croce and Hein 2020,
 * "Minimally distorted adversarial examples with a fast adaptive boundary attack", algorithm 1).
 * The boundary to one rival is linearised at the current point; the point and the sample are
 * projected onto it within the domain, and the next point lies between the two, a little beyond.
 * Adversarial points are pulled back towards the sample. At the end the nearest image is moved to
 * the boundary on its way to the sample.
 *
 * @param steps linearisations a rival, at least 1
 * @param targets how many rivals to aim at, those with the largest logits
 */
public record Fab(int steps, int targets) implements Attack {

  private static final double LARGEST_BIAS = 0.1;
  private static final double OVERSHOOT = 1.05;
  private static final double BACKWARD = 0.9;
  private static final int FINAL_STEPS = 3;

  /** How far beyond the expected zero the final search aims, so that it ends outside. */
  private static final double MARGIN = 0.01;

  /** Checks the settings. */
  public Fab {
    Checks.atLeastOne("FAB", "steps", steps);
    Checks.atLeastOne("FAB", "targets", targets);
  }

  @Override
  public String name() {
    return "FAB-T";
  }

  @Override
  public void attack(Victim victim, Search search) {
    for (int round = 0; round < targets; round++) {
      List<Walk> walks = new ArrayList<>();
      for (int n : search.standing()) {
        int[] rivals = Logits.rivals(search.logits(n), search.attackedClass(n), targets);
        if (round < rivals.length) {
          walks.add(new BiasedWalk(search, n, rivals[round], victim.domain()));
        }
      }
      search.follow(victim, walks);
    }
    search.follow(
        victim,
        Arrays.stream(search.standing())
            .filter(n -> search.found(n) != null)
            .mapToObj(n -> new HomeWalk(search, n, victim.domain()))
            .toList());
  }

  private final class BiasedWalk extends Walk {

    private final float[] start;
    private final int own;
    private final int target;
    private final Domain domain;
    private boolean pulledBack;
    private int left = steps;

    BiasedWalk(Search search, int n, int target, Domain domain) {
      super(n, search.start(n));
      this.start = search.start(n);
      this.own = search.attackedClass(n);
      this.target = target;
      this.domain = domain;
    }

    @Override
    double[] cotangent(double[] logits) {
      return Logits.difference(logits.length, target, own);
    }

    @Override
    void advance(double[] logits, float[] gradient, boolean fooled) {
      if (fooled && !pulledBack) {
        pulledBack = true;
        moveTo(Vectors.between(start, point(), BACKWARD, domain));
      } else if (left-- == 0 || Vectors.norm(gradient) == 0) {
        end();
      } else {
        pulledBack = false;
        step(logits[target] - logits[own], gradient);
      }
    }

    /** The biased step, with the plane {@code <w, z - x> + lead = 0}. */
    private void step(double lead, float[] w) {
      float[] x = point();
      double offset = lead - Vectors.dot(w, x);
      double[] fromPoint = Hyperplane.displacement(x, w, offset, domain);
      double[] fromStart = Hyperplane.displacement(start, w, offset, domain);
      double near = Vectors.norm(fromPoint);
      double far = Vectors.norm(fromStart);
      double bias = near == 0 ? 0 : Math.min(near / (near + far), LARGEST_BIAS);
      double[] next = new double[x.length];
      for (int i = 0; i < next.length; i++) {
        next[i] =
            (1 - bias) * (x[i] + OVERSHOOT * fromPoint[i])
                + bias * (start[i] + OVERSHOOT * fromStart[i]);
      }
      moveTo(Vectors.image(next, domain));
    }
  }

  /** The final search: from the nearest image towards the sample, by the rule of false position. */
  private static final class HomeWalk extends Walk.Blind {

    private final float[] start;
    private final float[] outside;
    private final Objective lead;
    private final Domain domain;
    private double inner;
    private double innerLead;
    private double outer = 1;
    private double outerLead = Double.NaN;
    private double at = 1;
    private int left = FINAL_STEPS;

    HomeWalk(Search search, int n, Domain domain) {
      super(n, search.found(n));
      this.start = search.start(n);
      this.outside = search.found(n);
      this.lead = Objective.lead(search.attackedClass(n));
      this.innerLead = lead.value(search.logits(n));
      this.domain = domain;
    }

    @Override
    void advance(double[] logits, float[] gradient, boolean fooled) {
      if (fooled) {
        outer = at;
        outerLead = lead.value(logits);
      } else {
        inner = at;
        innerLead = lead.value(logits);
      }
      double rise = outerLead - innerLead;
      if (left-- == 0 || !(rise > 0)) {
        end();
        return;
      }
      double zero = inner - (outer - inner) * innerLead / rise;
      at = zero + MARGIN * (outer - zero);
      moveTo(Vectors.between(start, outside, at, domain));
    }
  }
}
