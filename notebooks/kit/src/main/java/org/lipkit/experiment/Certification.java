package org.lipkit.experiment;

import java.util.Map;
import java.util.Objects;
import org.lipkit.bound.Bound;
import org.lipkit.certify.Gap;

/**
 * What was proved of a run's float32 program, as {@code run.json} keeps it.
 *
 * @param lipschitz the constant common to all margin constants, an upper bound; infinite where the
 *     network has no finite one, and then no sample is certified
 * @param vra verified-robust accuracy at the experiment's radius, in [0, 1], and where the gap
 *     between estimate and proof comes from
 * @param refusals why samples were not certified at any radius, with their number
 * @param seconds the time that it took, bounds included
 * @param provenance the code that certified and its machine
 */
public record Certification(
    Bound lipschitz,
    Gap vra,
    Map<String, Integer> refusals,
    double seconds,
    Provenance provenance) {

  /**
   * Checks that nothing is missing.
   *
   * @param lipschitz the constant common to all margin constants, an upper bound
   * @param vra verified-robust accuracy at the experiment's radius
   * @param refusals why samples were not certified at any radius, with their number
   * @param seconds the time that it took, bounds included
   * @param provenance the code that certified and its machine
   */
  public Certification {
    Objects.requireNonNull(lipschitz, "lipschitz");
    Objects.requireNonNull(vra, "vra");
    Objects.requireNonNull(refusals, "refusals");
    Objects.requireNonNull(provenance, "provenance");
  }

  /**
   * How many samples were not certified at any radius.
   *
   * @return the sum over all reasons
   */
  public int refused() {
    return refusals.values().stream().mapToInt(Integer::intValue).sum();
  }
}
