package org.lipkit.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one source says of one system on one data set: one result per radius.
 *
 * @param results at least one
 */
public record PublishedClaim(List<PublishedResult> results) {

  /**
   * Puts the results of one system and one source on one data set together.
   *
   * @param published any results
   * @return the claims, each where its first result stood
   */
  public static List<PublishedClaim> of(List<PublishedResult> published) {
    Map<List<String>, List<PublishedResult>> claims = new LinkedHashMap<>();
    for (PublishedResult result : published) {
      claims
          .computeIfAbsent(
              List.of(result.dataset(), result.label(), result.source()), key -> new ArrayList<>())
          .add(result);
    }
    return claims.values().stream().map(PublishedClaim::new).toList();
  }

  /**
   * Makes one claim of each result.
   *
   * @param published any results; equal ones count once
   * @return one claim per result, in the same order
   */
  public static List<PublishedClaim> each(List<PublishedResult> published) {
    return published.stream()
        .distinct()
        .map(result -> new PublishedClaim(List.of(result)))
        .toList();
  }

  /** {@return the first result, for what all results have in common} */
  public PublishedResult first() {
    return results.get(0);
  }

  /**
   * The system and its network.
   *
   * @return for example "GloRo 6C2F"
   */
  public String name() {
    return first().label();
  }

  /**
   * The verified-robust accuracy at a radius.
   *
   * @param radius in pixels of [0, 1]
   * @return in percent, or null where nothing is published at this radius
   */
  public Double vraPct(double radius) {
    return results.stream()
        .filter(result -> result.isAt(radius))
        .map(PublishedResult::vraPct)
        .findFirst()
        .orElse(null);
  }

  /**
   * {@return whether there is a result at one of several radii}
   *
   * @param radii in pixels of [0, 1]
   */
  public boolean isAtAny(double... radii) {
    return Arrays.stream(radii).anyMatch(radius -> vraPct(radius) != null);
  }

  /**
   * The number of parameters.
   *
   * @return their number, or null where it is not published
   */
  public Long parameters() {
    Double millions = first().paramsMillions();
    return millions == null ? null : Math.round(1e6 * millions);
  }
}
