package org.lipkit.attack;

/** The attacked classifier answered with something that is no finite number. */
public final class NotFiniteException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /**
   * Reports the answer.
   *
   * @param what logit or gradient
   * @param value what it was
   */
  NotFiniteException(String what, double value) {
    super(
        "The attacked classifier gave a "
            + what
            + " of "
            + value
            + ", so nothing can be said of its robustness; the model has diverged.");
  }
}
