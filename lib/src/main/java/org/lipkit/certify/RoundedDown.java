package org.lipkit.certify;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Writes a proved radius as a decimal number that is at most as large: the nearest decimal, which
 * other ways of printing give, may lie above what is proved.
 */
public final class RoundedDown {

  /** Enough significant digits to tell every float32 number from its neighbours. */
  private static final MathContext FLOAT32 = new MathContext(9, RoundingMode.FLOOR);

  private RoundedDown() {}

  /**
   * The decimal that files keep: nine significant digits. Read as a float32 number it is the same
   * number again, if the radius is one.
   *
   * @param radius at least 0; may be infinite
   * @return a decimal number that is at most {@code radius} in exact arithmetic
   */
  public static String exact(double radius) {
    return Double.isFinite(radius)
        ? new BigDecimal(radius).round(FLOAT32).stripTrailingZeros().toPlainString()
        : Double.toString(radius);
  }

  /**
   * The number that records keep and texts show of a radius of any size.
   *
   * @param radius in pixels of [0, 1], at least 0; may be infinite
   * @param digits how many significant digits it has, at most 12
   * @return the float64 number that is nearest to a decimal number that is at most {@code radius}
   */
  public static double digits(double radius, int digits) {
    return Double.isFinite(radius)
        ? new BigDecimal(radius).round(new MathContext(digits, RoundingMode.FLOOR)).doubleValue()
        : radius;
  }

  /**
   * The decimal that tables and pictures show.
   *
   * @param radius in pixels of [0, 1], at least 0; may be infinite
   * @param decimals how many digits follow the point
   * @return a decimal number that is at most {@code radius} in exact arithmetic
   */
  public static String text(double radius, int decimals) {
    return Double.isFinite(radius)
        ? new BigDecimal(radius).setScale(decimals, RoundingMode.FLOOR).toPlainString()
        : Double.toString(radius);
  }

  /**
   * The number that a column of numbers shows as {@link #text} does.
   *
   * @param radius in pixels of [0, 1], at least 0; may be infinite, or NaN where there is none
   * @param decimals how many digits follow the point
   * @return the float64 number that is nearest to the decimal number
   */
  public static double value(double radius, int decimals) {
    return Double.parseDouble(text(radius, decimals));
  }
}
