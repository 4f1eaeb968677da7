package org.lipkit.attack;

/** Projection onto a hyperplane within a domain. */
final class Hyperplane {

  private static final double ROUNDING = 1e-14;

  private Hyperplane() {}

  /**
   * How the point x moves to the nearest point of the domain with {@code <w, z> + offset = 0}, or,
   * if the plane misses the domain, to the corner nearest to the plane.
   *
   * <p>The nearest point is {@code z = clamp(x - t w)} for one number t (Croce and Hein 2020,
   * projection onto a hyperplane with box constraints). With the signs such that t rises from 0,
   * the value of the plane's equation is convex, falling and piecewise linear in t, so Newton's
   * method climbs to its zero without overshooting and gets there in at most one step for each
   * pixel; a few in practice. It ends when what is left of the value is rounding.
   *
   * @param x an image of the domain
   * @param w the plane's normal
   * @return {@code z - x}
   */
  static double[] displacement(float[] x, double[] w, double offset, Domain domain) {
    double side = Vectors.dot(w, x) + offset;
    double sign = Math.signum(side);
    double[] move = new double[x.length];
    double t = 0;
    double value = Math.abs(side);
    for (int step = 0; step <= x.length && value > ROUNDING * Math.abs(side); step++) {
      double slope = 0;
      for (int i = 0; i < x.length; i++) {
        boolean atLimit = x[i] + move[i] == domain.limitAgainst(sign * w[i]);
        slope += atLimit ? 0 : w[i] * w[i];
      }
      if (slope == 0) {
        break;
      }
      t += value / slope;
      value = Math.abs(side);
      for (int i = 0; i < x.length; i++) {
        move[i] = domain.clamp(x[i] - t * sign * w[i]) - x[i];
        value += sign * w[i] * move[i];
      }
    }
    return move;
  }
}
