package org.lipkit.checker;

/**
 * How far the program may be, at some place in a network, from what is computed here. Let m be what
 * was computed here at the sample x, a(x) the same in exact arithmetic and c(x') what the program
 * computes at an input x' with {@code ||x' - x|| <= r}. Then
 *
 * <pre>{@code ||m - a(x)|| <= p,   ||c(x') - a(x')|| <= q,   ||a(x') - a(x)|| <= k r.}</pre>
 *
 * @param p see above
 * @param q see above; infinite if a sum may overflow
 * @param k see above
 * @param r the radius
 */
record Spread(double p, double q, double k, double r) {

  /** After a map with this Lipschitz constant that the program computes exactly, as it is here. */
  Spread copied(double norm) {
    return new Spread(Up.times(norm, p), Up.times(norm, q), Up.times(norm, k), r);
  }

  /**
   * After a map f with this Lipschitz constant that rounds: each entry errs by at most a share of a
   * length in all, and underflow.
   *
   * @param steps how many roundings an entry goes through
   * @param length at least the length of f(m)
   * @param underflow what subnormal numbers add to the output's rounding, in length
   */
  Spread rounded(double norm, long steps, double length, double underflow) {
    Spread exact = copied(norm);
    double there = Up.plus(length, Up.times(norm, distance()));
    return new Spread(
        Up.plus(exact.p, Up.plus(Up.times(Up.gamma(steps, Up.DOUBLE), length), underflow)),
        Up.plus(exact.q, Up.rounding(Up.gamma(steps, Up.FLOAT), there, underflow)),
        exact.k,
        r);
  }

  /** At least {@code ||c(x') - m||}. */
  double distance() {
    return Up.plus(Up.plus(p, q), Up.times(k, r));
  }
}
