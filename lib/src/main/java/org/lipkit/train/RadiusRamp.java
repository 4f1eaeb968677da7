package org.lipkit.train;

/**
 * The training radius eps over time: from {@code first} to {@code last} while the ramp lasts, then
 * constant.
 *
 * @param first the radius at the start, in pixels of [0, 1]; above 0 for a logarithmic ramp
 * @param last the radius from the ramp's end on
 * @param rampEpochs how long the ramp lasts, at least 0
 * @param shape whether the radius or its logarithm grows evenly
 */
public record RadiusRamp(double first, double last, double rampEpochs, Shape shape) {

  /** How the radius grows. */
  public enum Shape {
    /** Evenly (Hu et al. 2023). */
    LINEAR,
    /** By an even factor (Leino et al. 2021). */
    LOGARITHMIC
  }

  /** Checks the numbers. */
  public RadiusRamp {
    double least = shape == Shape.LOGARITHMIC ? Double.MIN_NORMAL : 0;
    if (!(first >= least && last >= least && rampEpochs >= 0)) {
      throw new IllegalArgumentException(
          String.format(
              "A %s radius ramp cannot go from %s to %s in %s epochs; radii must be %s and the"
                  + " time at least 0.",
              shape, first, last, rampEpochs, least > 0 ? "above 0" : "at least 0"));
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
        : first * Math.pow(last / first, share);
  }
}
