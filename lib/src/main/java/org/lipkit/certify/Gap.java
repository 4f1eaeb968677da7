package org.lipkit.certify;

/**
 * What a guarantee costs: a quantity (a radius, or verified-robust accuracy) by estimates, by upper
 * bounds in exact arithmetic, and for the float32 program.
 *
 * @param estimated with estimated Lipschitz constants and in exact arithmetic: no guarantee
 * @param exactArithmetic with upper bounds, but as if nothing were rounded: no guarantee either
 * @param certified with upper bounds and all rounding counted: a guarantee
 */
public record Gap(double estimated, double exactArithmetic, double certified) {

  /**
   * The part of the gap that comes from the Lipschitz bounds.
   *
   * @return {@code estimated - exactArithmetic}
   */
  public double bound() {
    return estimated - exactArithmetic;
  }

  /**
   * The part of the gap that comes from rounding.
   *
   * @return {@code exactArithmetic - certified}
   */
  public double rounding() {
    return exactArithmetic - certified;
  }
}
