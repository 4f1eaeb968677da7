package org.lipkit.train;

import org.lipkit.text.Given;

/**
 * The training radius eps over the time of training, as an immutable value. Shares of training lie
 * in [0, 1]: 0.5 is its first half.
 */
public interface RadiusRamp {

  /**
   * {@return the radius at a time, in pixels of [0, 1]}
   *
   * @param epoch the time in epochs since the start, fractions included
   * @param end when training ends
   */
  double at(double epoch, double end);

  /**
   * The same radius from the first step to the last.
   *
   * @param radius the radius, in pixels of [0, 1]
   */
  record Constant(double radius) implements RadiusRamp {

    /**
     * Checks the radius.
     *
     * @param radius at least 0, in pixels of [0, 1] (l2)
     */
    public Constant {
      requireRamp(radius, radius, 0);
    }

    @Override
    public double at(double epoch, double end) {
      return radius;
    }
  }

  /**
   * A radius that grows evenly, then stays (Hu et al. 2023).
   *
   * @param first the radius at the start, in pixels of [0, 1]
   * @param last the radius from the ramp's end on
   * @param share the share of training in which it grows
   */
  record Linear(double first, double last, double share) implements RadiusRamp {

    /**
     * Checks the numbers.
     *
     * @param first at least 0, in pixels of [0, 1] (l2)
     * @param last at least 0
     * @param share in [0, 1]
     */
    public Linear {
      requireRamp(first, last, share);
    }

    @Override
    public double at(double epoch, double end) {
      double t = epoch / (share * end);
      return t < 1 ? first + (last - first) * t : last;
    }
  }

  /**
   * A radius that grows as a logarithm, fastest at the start, then stays: {@code log((1 - t)
   * e^first + t e^last)} after the part t of the ramp (Leino et al. 2021, "logarithmic" in their
   * code).
   *
   * @param first the radius at the start, in pixels of [0, 1]
   * @param last the radius from the ramp's end on
   * @param share the share of training in which it grows
   */
  record Logarithmic(double first, double last, double share) implements RadiusRamp {

    /**
     * Checks the numbers.
     *
     * @param first at least 0, in pixels of [0, 1] (l2)
     * @param last at least 0
     * @param share in [0, 1]
     */
    public Logarithmic {
      requireRamp(first, last, share);
    }

    @Override
    public double at(double epoch, double end) {
      double t = epoch / (share * end);
      return t < 1 ? Math.log((1 - t) * Math.exp(first) + t * Math.exp(last)) : last;
    }
  }

  private static void requireRamp(double first, double last, double share) {
    if (!(first >= 0 && last >= 0 && share >= 0 && share <= 1)) {
      throw Given.refused(
          "A training radius cannot go from %s to %s in the share %s of training; radii must be"
              + " at least 0 and the share must lie in [0, 1].",
          first, last, share);
    }
  }
}
