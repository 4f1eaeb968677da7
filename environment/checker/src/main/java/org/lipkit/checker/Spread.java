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

  /** At least {@code ||c(x') - m||}. */
  double distance() {
    return Up.plus(Up.plus(p, q), Up.times(k, r));
  }
}
