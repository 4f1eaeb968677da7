package org.lipkit.bound;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Compares a double with a matrix's spectral norm without any rounding, in integers. */
final class ExactNorm {

  private ExactNorm() {}

  /**
   * Whether {@code bound > ||A||}: whether {@code bound^2 I - A A^T} is positive definite, that is,
   * has only positive leading minors. All doubles are integers times one power of two.
   */
  static boolean isBelow(double[] matrix, int rows, int columns, double bound) {
    int exponent = lowestExponent(bound);
    for (double entry : matrix) {
      exponent = Math.min(exponent, lowestExponent(entry));
    }
    BigInteger[] a = new BigInteger[matrix.length];
    for (int i = 0; i < a.length; i++) {
      a[i] = integer(matrix[i], exponent);
    }
    boolean wide = rows <= columns;
    int n = Math.min(rows, columns);
    int inner = Math.max(rows, columns);
    BigInteger square = integer(bound, exponent).pow(2);
    BigInteger[][] g = new BigInteger[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        BigInteger sum = i == j ? square : BigInteger.ZERO;
        for (int k = 0; k < inner; k++) {
          BigInteger x = wide ? a[i * columns + k] : a[k * columns + i];
          BigInteger y = wide ? a[j * columns + k] : a[k * columns + j];
          sum = sum.subtract(x.multiply(y));
        }
        g[i][j] = sum;
        g[j][i] = sum;
      }
    }
    return isPositiveDefinite(g);
  }

  /** Bareiss elimination: every division is exact and every pivot is a leading minor. */
  private static boolean isPositiveDefinite(BigInteger[][] g) {
    BigInteger previous = BigInteger.ONE;
    for (int k = 0; k < g.length; k++) {
      if (g[k][k].signum() <= 0) {
        return false;
      }
      for (int i = k + 1; i < g.length; i++) {
        for (int j = k + 1; j <= i; j++) {
          g[i][j] = g[i][j].multiply(g[k][k]).subtract(g[i][k].multiply(g[j][k])).divide(previous);
        }
      }
      previous = g[k][k];
    }
    return true;
  }

  private static int lowestExponent(double value) {
    if (value == 0) {
      return Integer.MAX_VALUE;
    }
    long bits = Double.doubleToLongBits(value) & ((1L << 52) - 1);
    int zeros = Long.numberOfTrailingZeros(bits | 1L << 52);
    return Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - 52 + zeros;
  }

  private static BigInteger integer(double value, int exponent) {
    BigInteger two = BigInteger.TWO;
    BigDecimal exact = new BigDecimal(value);
    return exponent >= 0
        ? exact.toBigIntegerExact().divide(two.pow(exponent))
        : exact.multiply(new BigDecimal(two.pow(-exponent))).toBigIntegerExact();
  }
}
