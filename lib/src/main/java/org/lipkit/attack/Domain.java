package org.lipkit.attack;

/** Which images an attack may use. */
public enum Domain {
  /** Every value in [0, 1]: what a camera or a file can hold. */
  UNIT_BOX(0, 1),
  /** All of R^n, on which a certificate holds as well. */
  WHOLE_SPACE(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  private final double lower;
  private final double upper;

  Domain(double lower, double upper) {
    this.lower = lower;
    this.upper = upper;
  }

  /**
   * {@return the nearest value that a pixel may have}
   *
   * @param value the value of a pixel
   */
  public double clamp(double value) {
    return Math.min(upper, Math.max(lower, value));
  }

  /** The limit that a value meets when it moves against the given sign. */
  double limitAgainst(double sign) {
    return sign > 0 ? lower : upper;
  }
}
