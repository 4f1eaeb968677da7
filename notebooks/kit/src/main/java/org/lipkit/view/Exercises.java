package org.lipkit.view;

/** Checks of the notebooks' exercises. */
public final class Exercises {

  private Exercises() {}

  /**
   * Prints a statement if it is right.
   *
   * @param right whether it holds
   * @param statement what must hold of a right answer, in words
   * @throws AssertionError if it does not hold; the message is the statement
   */
  public static void check(boolean right, String statement) {
    if (!right) {
      throw new AssertionError("This does not hold: " + statement);
    }
    System.out.println("Right: " + statement);
  }
}
