package org.lipkit.attack;

import java.util.List;

/**
 * The fast adaptive boundary attack in the Euclidean norm, targeted (Croce and Hein 2020,
 * "Minimally distorted adversarial examples with a fast adaptive boundary attack", algorithm 1).
 * The boundary to one rival is linearised at the current point; the point and the sample are
 * projected onto it within the domain, and the next point lies between the two, a little beyond.
 * Adversarial points are pulled back towards the sample. At the end the nearest image is moved to
 * the boundary on its way to the sample.
 *
 * @param steps linearisations for each rival, at least 1
 * @param targets how many rivals to aim at, those with the largest logits
 */
public record Fab(int steps, int targets) implements Attack {

  private static final double LARGEST_BIAS = 0.1;
  private static final double OVERSHOOT = 1.05;
  private static final double BACKWARD = 0.9;
  private static final int FINAL_STEPS = 3;

  /** How far beyond the expected zero the final search aims, so that it ends outside. */
  private static final double MARGIN = 0.01;

  /**
   * Checks the settings.
   *
   * @param steps at least 1
   * @param targets at least 1
   */
  public Fab {
    Checks.atLeastOne("FAB", "steps", steps);
    Checks.atLeastOne("FAB", "targets", targets);
  }

  @Override
  public String name() {
    return "FAB-T";
  }

  @Override
  public void attack(Victim victim, List<Target> targets) {
    for (int i = 0; i < targets(); i++) {
      int round = i;
      Walk.follow(
          victim,
          targets.stream()
              .filter(t -> round < t.rivals(round + 1).length)
              .map(t -> new BiasedWalk(t, t.rivals(round + 1)[round])));
    }
    Walk.follow(victim, targets.stream().filter(t -> t.found() != null).map(HomeWalk::new));
  }

  private final class BiasedWalk extends Walk {

    private final Objective lead;
    private boolean pulledBack;
    private int left = steps;

    BiasedWalk(Target target, int rival) {
      super(target, target.start());
      this.lead = Objective.difference(target.own(), rival);
    }

    @Override
    Objective objective() {
      return lead;
    }

    @Override
    void advance(double[] logits, double[] gradient, boolean fooled) {
      if (fooled && !pulledBack) {
        pulledBack = true;
        moveTo(Vectors.between(target().start(), point(), BACKWARD, target().domain()));
      } else if (left-- == 0 || Vectors.norm(gradient) == 0) {
        end();
      } else {
        pulledBack = false;
        step(lead.value(logits), gradient);
      }
    }

    /** The biased step, with the plane {@code <w, z - x> + ahead = 0}. */
    private void step(double ahead, double[] w) {
      Domain domain = target().domain();
      float[] start = target().start();
      float[] x = point();
      double offset = ahead - Vectors.dot(w, x);
      double[] fromPoint = Hyperplane.displacement(x, w, offset, domain);
      double[] fromStart = Hyperplane.displacement(start, w, offset, domain);
      double near = Vectors.norm(fromPoint);
      double far = Vectors.norm(fromStart);
      double bias = near == 0 ? 0 : Math.min(near / (near + far), LARGEST_BIAS);
      double[] next =
          Vectors.of(
              x.length,
              i ->
                  (1 - bias) * (x[i] + OVERSHOOT * fromPoint[i])
                      + bias * (start[i] + OVERSHOOT * fromStart[i]));
      moveTo(Vectors.image(next, domain));
    }
  }

  /** The final search: from the nearest image towards the sample, by the rule of false position. */
  private static final class HomeWalk extends Walk {

    private final float[] outside;
    private final Objective lead;
    private double inner;
    private double innerLead;
    private double outer = 1;
    private double outerLead = Double.NaN;
    private double at = 1;
    private int left = FINAL_STEPS;

    HomeWalk(Target target) {
      super(target, target.found());
      this.outside = target.found();
      this.lead = Objective.lead(target.own());
      this.innerLead = lead.value(target.logits());
    }

    @Override
    void advance(double[] logits, double[] gradient, boolean fooled) {
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
      moveTo(Vectors.between(target().start(), outside, at, target().domain()));
    }
  }
}
