package org.lipkit.attack;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Projected gradient descent in the Euclidean norm (Madry et al. 2018, section 2.1): from points
 * drawn uniformly from the ball, steps of {@code 2.5 eps / steps} along the direction of the cross
 * entropy's gradient, each projected back to the ball. A broken sample is not attacked further.
 *
 * @param eps the radius in pixels of [0, 1]
 * @param steps gradient steps from each start, at least 1
 * @param restarts random starts, at least 1
 */
public record Pgd(double eps, int steps, int restarts) implements Attack {

  /**
   * Checks the settings.
   *
   * @param eps above 0, in pixels of [0, 1]
   * @param steps at least 1
   * @param restarts at least 1
   */
  public Pgd {
    Checks.radius("PGD", eps);
    Checks.atLeastOne("PGD", "steps", steps);
    Checks.atLeastOne("PGD", "restarts", restarts);
  }

  @Override
  public String name() {
    return "PGD-L2";
  }

  @Override
  public void attack(Victim victim, List<Target> targets) {
    for (int restart = 0; restart < restarts; restart++) {
      int round = restart;
      Walk.follow(victim, targets.stream().filter(t -> !t.broken(eps)).map(t -> walk(t, round)));
    }
  }

  /**
   * {@return the images that adversarial training uses, one per sample, in order, within {@code
   * eps} of it and in the domain} This is the inner maximisation of Madry et al. 2018, eq. 2.1: the
   * image after all steps from one random start, adversarial or not.
   *
   * @param victim the classifier
   * @param images at least one, each C H W values of the victim's domain
   * @param labels the class of each
   * @param seed decides the random starts
   * @throws IllegalArgumentException if images or labels do not fit the classifier
   */
  public float[][] maximize(Victim victim, float[][] images, int[] labels, long seed) {
    List<Walk> walks =
        Target.of(victim, images, labels, 0, seed).stream().map(t -> walk(t, 0)).toList();
    for (int step = 0; step < steps; step++) {
      Victim.Answer answer = Walk.answer(victim, walks);
      for (int n = 0; n < images.length; n++) {
        walks.get(n).advance(answer.logits()[n], answer.gradients()[n], false);
      }
    }
    return walks.stream().map(Walk::point).toArray(float[][]::new);
  }

  private Walk walk(Target target, int round) {
    RandomGenerator random = target.random(this, round);
    float[] start = target.start();
    double length = eps * Math.pow(random.nextDouble(), 1.0 / start.length);
    double[] direction = Vectors.onSphere(start.length, random);
    float[] from = target.ball(eps).project(Vectors.along(start, length, direction));
    return new Ascent(target, from, eps, 2.5 * eps / steps, steps);
  }

  /** Gradient ascent of the cross entropy with steps of one length, projected to a ball. */
  static final class Ascent extends Walk {

    private final Ball ball;
    private final double length;
    private int left;

    Ascent(Target target, float[] from, double eps, double length, int steps) {
      super(target, from);
      this.ball = target.ball(eps);
      this.length = length;
      this.left = steps;
    }

    @Override
    Objective objective() {
      return Objective.crossEntropy(target().own());
    }

    @Override
    void advance(double[] logits, double[] gradient, boolean fooled) {
      if (fooled || left-- == 0) {
        end();
      } else {
        moveTo(ball.project(Vectors.along(point(), length, Vectors.unit(gradient))));
      }
    }
  }
}
