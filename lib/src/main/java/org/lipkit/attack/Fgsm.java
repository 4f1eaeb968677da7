package org.lipkit.attack;

import java.util.Arrays;

/**
 * The fast gradient method in the Euclidean norm: one step of the whole radius along the gradient
 * of the cross entropy, {@code x + eps g / ||g||} (Goodfellow, Shlens and Szegedy 2015, section 4,
 * with the sign, which belongs to the maximum norm, replaced by the direction).
 *
 * @param eps the radius in pixels of [0, 1]
 */
public record Fgsm(double eps) implements Attack {

  /** Checks the radius. */
  public Fgsm {
    Checks.radius("FGSM", eps);
  }

  @Override
  public String name() {
    return "FGSM";
  }

  @Override
  public void attack(Victim victim, Search search) {
    search.follow(
        victim, Arrays.stream(search.standing()).mapToObj(n -> walk(victim, search, n)).toList());
  }

  private Walk walk(Victim victim, Search search, int n) {
    Ball ball = new Ball(search.start(n), eps, victim.domain());
    return new GradientWalk(n, search.start(n), ball, search.attackedClass(n), eps, 1);
  }
}
