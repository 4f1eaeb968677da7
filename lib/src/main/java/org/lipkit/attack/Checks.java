package org.lipkit.attack;

/** Checks of the attacks' settings, with one sentence for what is wrong. */
final class Checks {

  private Checks() {}

  static void radius(String attack, double eps) {
    positive(attack, "a radius in pixels of [0, 1]", eps);
  }

  static void positive(String attack, String what, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          attack + " needs " + what + " that is above 0 and finite, not " + value + ".");
    }
  }

  static void atLeastOne(String attack, String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          attack + " needs at least one of its " + what + ", not " + value + ".");
    }
  }
}
