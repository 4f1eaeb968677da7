package org.lipkit.attack;

import java.util.List;

/**
 * Several attacks on every sample, of which the nearest adversarial image counts: the worst case
 * (Croce and Hein 2020, "Reliable evaluation of adversarial robustness"). Each member sees the
 * samples as if it were alone, so another member never raises a distance.
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
   * The standard four, APGD-CE, APGD-T, FAB-T and Square, with the published budgets: 100 steps, 9
   * targets, 5000 queries.
   *
   * @param eps the radius in pixels of [0, 1]
   * @return the attack
   */
  public static AutoAttack standard(double eps) {
    return of(eps, STANDARD_STEPS, STANDARD_TARGETS, STANDARD_QUERIES);
  }

  /**
   * The standard four with other budgets.
   *
   * @param eps the radius in pixels of [0, 1]
   * @param steps of the attacks that use gradients
   * @param targets rivals that the targeted attacks aim at
   * @param queries of Square
   * @return the attack
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
