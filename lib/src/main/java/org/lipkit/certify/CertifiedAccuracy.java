package org.lipkit.certify;

import java.util.Arrays;
import java.util.List;
import org.lipkit.text.Given;

/** Accuracy as a function of the certified radius: verified-robust accuracy (VRA) at every eps. */
public final class CertifiedAccuracy {

  /** Radii in rising order; a wrong sample counts as -1, below every radius. */
  private final double[] radii;

  /**
   * Collects certificates.
   *
   * @param certificates of all samples of a split, at least one
   */
  public CertifiedAccuracy(List<Certificate> certificates) {
    if (Given.notNull("The list of certificates", certificates).isEmpty()) {
      throw new IllegalArgumentException("Certified accuracy needs at least one certificate.");
    }
    radii =
        certificates.stream()
            .mapToDouble(certificate -> certificate.correct() ? certificate.radius() : -1)
            .sorted()
            .toArray();
  }

  /**
   * Verified-robust accuracy.
   *
   * @param eps a radius in pixels of [0, 1], at least 0; at 0 it is the clean accuracy
   * @return the share of samples that are correct and certified at eps, in [0, 1]
   */
  public double at(double eps) {
    requireRadius(eps);
    return Arrays.stream(radii).filter(radius -> radius >= eps).count() / (double) radii.length;
  }

  static void requireRadius(double eps) {
    if (!(eps >= 0)) {
      throw new IllegalArgumentException("A radius must be at least 0, not " + eps + ".");
    }
  }

  /**
   * How uncertain {@link #at} is, because other samples would have given another share.
   *
   * @param eps a radius in pixels of [0, 1], at least 0
   * @return one standard error of a binomial share, {@code sqrt(p (1 - p) / n)} with p the share
   *     and n the number of samples
   */
  public double standardError(double eps) {
    double share = at(eps);
    return Math.sqrt(share * (1 - share) / radii.length);
  }

  /**
   * The share of correct samples.
   *
   * @return the clean accuracy, in [0, 1]
   */
  public double clean() {
    return at(0);
  }

  /**
   * The radius that a share of all samples reaches, wrong samples counting as 0.
   *
   * @param share in (0, 1]; 0.5 gives the median certified radius
   * @return the radius in pixels of [0, 1]
   */
  public double radiusReachedBy(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("A share must lie in (0, 1], not " + share + ".");
    }
    int reached = (int) Math.ceil(share * radii.length);
    // The product may round up past a whole number: 0.07 * 100 gives 8 here.
    if ((reached - 1) / (double) radii.length >= share) {
      reached--;
    }
    return Math.max(0, radii[radii.length - reached]);
  }

  /**
   * The whole curve.
   *
   * @param eps radii in pixels of [0, 1]
   * @return {@link #at} for each
   */
  public double[] curve(double[] eps) {
    return Arrays.stream(eps).map(this::at).toArray();
  }
}
