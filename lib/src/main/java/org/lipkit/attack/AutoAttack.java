package org.lipkit.attack;

import java.util.List;

/**
 * Several attacks on every sample, of which the nearest adversarial image counts (Croce and Hein
 * 2020, "Reliable evaluation of adversarial robustness"). Each member starts anew and knows nothing
 * of the others, so one more member never raises a distance.
 *
 * @param members the attacks, at least one
 */
public record AutoAttack(List<Attack> members) implements Attack {

  private static final int STANDARD_STEPS = 100;
  private static final int STANDARD_TARGETS = 9;
  private static final int STANDARD_QUERIES = 5000;

  /**
   * Copies the list.
   *
   * @param members the attacks, at least one; copied
   */
  public AutoAttack {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("AutoAttack needs at least one member.");
    }
  }

  /**
   * {@return the standard four attacks, APGD-CE, APGD-T, FAB-T and Square, with the published
   * budgets: 100 steps, 9 targets, 5000 queries}
   *
   * @param eps the radius in pixels of [0, 1]
   */
  public static AutoAttack standard(double eps) {
    return of(eps, STANDARD_STEPS, STANDARD_TARGETS, STANDARD_QUERIES);
  }

  /**
   * {@return the standard four attacks with other budgets}
   *
   * @param eps the radius in pixels of [0, 1]
   * @param steps how many steps the attacks with gradients take
   * @param targets how many rivals the targeted attacks aim at
   * @param queries how many images Square tries
   */
  public static AutoAttack of(double eps, int steps, int targets, int queries) {
    Checks.atLeastOne("AutoAttack", "targets", targets);
    return new AutoAttack(
        List.of(
            new Apgd(eps, steps, 0),
            new Apgd(eps, steps, targets),
            new Fab(steps, targets),
            new Square(eps, queries, 0.8)));
  }

  @Override
  public String name() {
    return "AutoAttack";
  }

  @Override
  public void attack(Victim victim, List<Target> targets) {
    for (Attack member : members) {
      List<Target> alone = targets.stream().map(Target::again).toList();
      member.attack(victim, alone);
      Target.confirm(victim, alone);
      for (int n = 0; n < targets.size(); n++) {
        targets.get(n).merge(alone.get(n));
      }
    }
  }
}
