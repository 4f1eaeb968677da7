package org.lipkit.experiment;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * One number somebody published: how many test images a system classifies correctly and verifies.
 *
 * @param system the method's name, such as {@code GloRo}
 * @param dataset the data set's name, such as {@code MNIST}
 * @param architecture the network, or null where the source does not name it
 * @param eps the radius of the claim, l2, in pixels of [0, 1]
 * @param cleanPct share of test images classified correctly, in percent, or null where not given
 * @param vraPct share of test images classified correctly and verified at {@code eps}, in percent
 * @param paramsMillions number of parameters in millions, or null where not given
 * @param note what a reader must know to compare, or null
 * @param source where the number was read
 * @param evidence {@code primary} for the authors' own words, {@code secondary} for somebody else's
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record PublishedResult(
    String system,
    String dataset,
    String architecture,
    double eps,
    Double cleanPct,
    double vraPct,
    Double paramsMillions,
    String note,
    String source,
    String evidence) {

  private static final double EPS_TOLERANCE = 1e-4;

  /**
   * Checks that the numbers can be what they claim to be.
   *
   * @param system not empty
   * @param dataset not empty
   * @param architecture the network, or null where the source does not name it
   * @param eps above 0
   * @param cleanPct null, or from {@code vraPct} to 100
   * @param vraPct above 0
   * @param paramsMillions number of parameters in millions, or null where not given
   * @param note what a reader must know to compare, or null
   * @param source not empty
   * @param evidence {@code primary} for the authors' own words, {@code secondary} for somebody
   *     else's
   * @throws IllegalArgumentException if a name or the source is missing, if {@code eps} is not
   *     positive, or unless 0 &lt; vra &lt;= clean &lt;= 100
   */
  public PublishedResult {
    requireText("system", system, system);
    requireText("dataset", dataset, system);
    requireText("source", source, system);
    requireText("evidence", evidence, system);
    if (!(eps > 0)) {
      throw new IllegalArgumentException(
          "The published result of " + system + " has eps " + eps + "; give a positive radius.");
    }
    double clean = cleanPct == null ? 100 : cleanPct;
    if (!(0 < vraPct && vraPct <= clean && clean <= 100)) {
      throw new IllegalArgumentException(
          "The published result of "
              + system
              + " has vra_pct "
              + vraPct
              + " and clean_pct "
              + cleanPct
              + "; give percentages with 0 < vra <= clean <= 100.");
    }
  }

  /**
   * The name for tables and charts.
   *
   * @return system and network, each once
   */
  public String label() {
    if (architecture == null) {
      return system;
    }
    return architecture.startsWith(system + " ") ? architecture : system + " " + architecture;
  }

  /**
   * {@return whether the claim is for this radius, which papers round}
   *
   * @param radius l2 radius in pixels of [0, 1]; 36/255 and 0.1412 are the same
   */
  public boolean isAt(double radius) {
    return Math.abs(eps - radius) <= EPS_TOLERANCE;
  }

  private static void requireText(String field, String value, String system) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          "The published result of "
              + (system == null ? "an unnamed system" : system)
              + " has no "
              + field
              + "; fill it in.");
    }
  }
}
