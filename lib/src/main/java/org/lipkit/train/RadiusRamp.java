package org.lipkit.train;

/**
 * The training radius eps over time: from {@code first} to {@code last} while the ramp lasts, then
 * constant.
 *
 * @param first the radius at the start, in pixels of [0, 1]
 * @param last the radius from the ramp's end on
 * @param rampEpochs how long the ramp lasts, at least 0
 * @param shape whether the radius or its exponential grows evenly
 */
public record RadiusRamp(double first, double last, double rampEpochs, Shape shape) {

  /** How the radius grows. */
  public enum Shape {
    /** Evenly (Hu et al. 2023). */
    LINEAR,
    /**
     * As a logarithm, fastest at the start: {@code log((1 - t) e^first + t e^last)} after the share
     * t of the ramp (Leino et al. 2021, "logarithmic" in their code).
     */
    LOGARITHMIC
  }

  /** Checks the numbers. */
  public RadiusRamp {
    if (!(first >= 0 && last >= 0 && rampEpochs >= 0)) {
      throw new IllegalArgumentException(
          String.format(
              "A radius ramp cannot go from %s to %s in %s epochs; radii and the time must be at"
                  + " least 0.",
              first, last, rampEpochs));
    }
  }

  /**
   * No ramp at all.
   *
   * @param radius the radius throughout
   * @return the constant
   */
  public static RadiusRamp constant(double radius) {
    return new RadiusRamp(radius, radius, 0, Shape.LINEAR);
  }

  /**
   * GloRo's ramp: logarithmic over the first half of training, from a hundredth of the radius to
   * 1.1 times as much (Leino et al. 2021, appendix).
   *
   * @param radius the radius that the results are reported at, in pixels of [0, 1]
   * @param epochs the length of training
   * @return the ramp
   */
  public static RadiusRamp gloro(double radius, int epochs) {
    return new RadiusRamp(radius / 100, 1.1 * radius, epochs / 2.0, Shape.LOGARITHMIC);
  }

  /**
   * The radius at a time.
   *
   * @param epoch the time in epochs since the start, fractions included
   * @return the radius then, in pixels of [0, 1]
   */
  public double at(double epoch) {
    if (epoch >= rampEpochs) {
      return last;
    }
    double share = epoch / rampEpochs;
    return shape == Shape.LINEAR
        ? first + (last - first) * share
        : Math.log((1 - share) * Math.exp(first) + share * Math.exp(last));
  }
}
