package org.lipkit.bound;

/** A weight, a logit, a gradient or a bound is no finite number, so nothing can be said. */
public final class NotFiniteException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /**
   * Reports what is not finite.
   *
   * @param sentence says what is not finite and what to do
   */
  public NotFiniteException(String sentence) {
    super(sentence);
  }
}
