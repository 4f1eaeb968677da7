package org.lipkit.certify;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Writes a proved upper bound as a decimal number that is at least as large; see {@link
 * RoundedDown}.
 */
public final class RoundedUp {

  private RoundedUp() {}

  /**
   * The number that records keep and texts show of a bound of any size.
   *
   * @param bound at least 0; may be infinite
   * @param digits how many significant digits it has, at most 12
   * @return the float64 number that is nearest to a decimal number that is at least {@code bound}
   */
  public static double digits(double bound, int digits) {
    return Double.isFinite(bound)
        ? new BigDecimal(bound).round(new MathContext(digits, RoundingMode.CEILING)).doubleValue()
        : bound;
  }

  /**
   * The number that a column of numbers shows.
   *
   * @param bound at least 0; may be infinite
   * @param decimals how many digits follow the point
   * @return the float64 number that is nearest to a decimal number that is at least {@code bound}
   */
  public static double value(double bound, int decimals) {
    return Double.isFinite(bound)
        ? new BigDecimal(bound).setScale(decimals, RoundingMode.CEILING).doubleValue()
        : bound;
  }
}
