package org.lipkit.experiment;

import java.util.List;
import java.util.function.Function;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.certify.McNemar;

/**
 * Numbers of one run, for tables, charts and {@link SeedGroup#mean}. Shares are in [0, 1], radii in
 * pixels of [0, 1]. A number that a run does not have is NaN: a run that diverged has no accuracy,
 * and a run that was not certified has no certified one.
 */
public final class RunStatistics {

  private RunStatistics() {}

  /**
   * The clean accuracy.
   *
   * @param run any run
   * @return the share of test images that are classified correctly
   */
  public static double clean(Run run) {
    return estimatedVra(run, 0);
  }

  /**
   * The VRA by the papers' protocol.
   *
   * @param run any run
   * @param radius in pixels of [0, 1]
   * @return the share of test images that are correct with an estimated radius of at least this
   */
  public static double estimatedVra(Run run, double radius) {
    return run.isComplete() ? run.estimated().at(radius) : Double.NaN;
  }

  /**
   * The VRA of the float32 program.
   *
   * @param run any run
   * @param radius in pixels of [0, 1]
   * @return the share of test images that are correct with a proved radius of at least this
   */
  public static double certifiedVra(Run run, double radius) {
    return certified(run) ? run.certified().at(radius) : Double.NaN;
  }

  /**
   * {@return the radius by the papers' protocol that a share of all test images reaches; wrong
   * images count as 0}
   *
   * @param run any run
   * @param share in (0, 1]; 0.5 gives the median
   */
  public static double estimatedRadius(Run run, double share) {
    return run.isComplete() ? run.estimated().radiusReachedBy(share) : Double.NaN;
  }

  /**
   * {@return the proved radius that a share of all test images reaches; wrong images count as 0}
   *
   * @param run any run
   * @param share in (0, 1]; 0.75, 0.5 and 0.25 give the lower quartile, the median and the upper
   *     quartile
   * @see CertifiedAccuracy#radiusReachedBy
   */
  public static double certifiedRadius(Run run, double share) {
    return certified(run) ? run.certified().radiusReachedBy(share) : Double.NaN;
  }

  /**
   * By how many standard deviations one run is ahead of another in estimated VRA ({@link McNemar}).
   *
   * @param run any run
   * @param other a run on the same test images; if one of both has more, the other's are evenly
   *     spaced ones of them
   * @param radius in pixels of [0, 1]
   * @return McNemar's z, NaN if a run diverged; it tells of the luck of the images, and not of that
   *     of the seeds
   * @throws IllegalArgumentException if they were tested on other images
   */
  public static double estimatedLead(Run run, Run other, double radius) {
    return lead(run, other, radius, Sample::estimated);
  }

  /**
   * The same in certified VRA.
   *
   * @param run any run
   * @param other a run on the same test images, as in {@link #estimatedLead}
   * @param radius in pixels of [0, 1]
   * @return McNemar's z, NaN if a run was not certified
   * @throws IllegalArgumentException if they were tested on other images
   */
  public static double certifiedLead(Run run, Run other, double radius) {
    return certified(run) && certified(other)
        ? lead(run, other, radius, Sample::certified)
        : Double.NaN;
  }

  private static double lead(
      Run run, Run other, double radius, Function<Sample, Certificate> certificate) {
    if (!run.isComplete() || !other.isComplete()) {
      return Double.NaN;
    }
    int count = Math.min(run.samples().size(), other.samples().size());
    List<Certificate> own = run.evenlySpaced(count).stream().map(certificate).toList();
    List<Certificate> others = other.evenlySpaced(count).stream().map(certificate).toList();
    return McNemar.of(own, others, radius).z();
  }

  private static boolean certified(Run run) {
    return run.record().certification() != null;
  }
}
