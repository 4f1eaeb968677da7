package org.lipkit.checker;

/**
 * Arithmetic on numbers that are at least 0 whose results are never below the true ones: an IEEE
 * operation errs by at most half a unit in the last place, so the next double is high enough.
 */
final class Up {

  /** The unit roundoff of float32. */
  static final double FLOAT = 0x1p-24;

  /** The unit roundoff of float64. */
  static final double DOUBLE = 0x1p-53;

  private Up() {}

  static double plus(double a, double b) {
    return Math.nextUp(a + b);
  }

  static double times(double a, double b) {
    return Math.nextUp(a * b);
  }

  static double hypotenuse(double a, double b) {
    return root(plus(times(a, a), times(b, b)));
  }

  static double root(double a) {
    return Math.nextUp(Math.sqrt(a));
  }

  /** The root of a count, 1 for 1. */
  static double rootOfCount(int n) {
    return n == 1 ? 1 : root(n);
  }

  /** {@code sum_k |a_k b_k|}. */
  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum = plus(sum, times(Math.abs(a[k]), Math.abs(b[k])));
    }
    return sum;
  }

  /** The Euclidean length. */
  static double length(double[] a) {
    return root(dot(a, a));
  }

  /** At most the Euclidean length: each square goes through at most as many sums as there are. */
  static double lengthBelow(double[] a) {
    double sum = 0;
    for (double entry : a) {
      sum += entry * entry;
    }
    return Math.sqrt(sum * (1 - 2 * gamma(a.length + 2L, DOUBLE))) * (1 - 4 * DOUBLE);
  }

  /** The length of a difference. */
  static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      double difference = Math.nextUp(Math.abs(a[k] - b[k]));
      sum = plus(sum, times(difference, difference));
    }
    return root(sum);
  }

  /**
   * The rounding of the program's sums, or infinity if one of them may leave float32's range.
   *
   * @param gamma the share of the magnitude by which they can be off
   * @param magnitude at least the sums of the terms' absolute values
   * @param underflow what subnormal numbers add
   */
  static double rounding(double gamma, double magnitude, double underflow) {
    boolean inRange = plus(2 * magnitude, underflow) < Float.MAX_VALUE;
    return inRange ? plus(times(gamma, magnitude), underflow) : Double.POSITIVE_INFINITY;
  }

  /**
   * By what share of the sum of its terms' absolute values a sum can be off, if each of its terms
   * takes part in at most n operations: each multiplies it by 1 + e with {@code |e| <= u}, and
   * {@code (1 + u)^n - 1 <= n u / (1 - n u)}.
   */
  static double gamma(long n, double unit) {
    double share = n * unit;
    return share < 1 ? Math.nextUp(share / Math.nextDown(1 - share)) : Double.POSITIVE_INFINITY;
  }
}
