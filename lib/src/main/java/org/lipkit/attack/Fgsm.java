package org.lipkit.attack;

import java.util.List;

/**
 * The fast gradient method in the Euclidean norm: one step of the whole radius along the gradient
 * of the cross entropy, {@code x + eps g / ||g||} (Goodfellow, Shlens and Szegedy 2015, section 4,
 * with the sign, which belongs to the maximum norm, replaced by the direction).
 *
 * @param eps the radius in pixels of [0, 1]
 */
public record Fgsm(double eps) implements Attack {

  /**
   * Checks the radius.
   *
   * @param eps above 0, in pixels of [0, 1]
   */
  public Fgsm {
    Checks.radius("FGSM", eps);
  }

  @Override
  public String name() {
    return "FGSM";
  }

  @Override
  public void attack(Victim victim, List<Target> targets) {
    Walk.follow(victim, targets.stream().map(t -> new Pgd.Ascent(t, t.start(), eps, eps, 1)));
  }
}
