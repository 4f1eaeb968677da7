package org.lipkit.checker;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a file says of its network in its metadata.
 *
 * @param weights the SHA-256 of its float32 arrays
 * @param norms at least the norm of each linear map, by the name of its weight
 * @param body at least the Lipschitz constant of everything before the last layer
 * @param pairwise whether constants of differences follow from distances of rows, not from the
 *     head's norm
 * @param constants at least the Lipschitz constant of each difference of two logits
 */
record OnnxClaims(
    String weights,
    Map<String, Double> norms,
    double body,
    boolean pairwise,
    double[][] constants) {

  private static final Pattern DECIMAL = Pattern.compile("[0-9]+([.][0-9]+)?(E[+-]?[0-9]+)?");

  /**
   * Reads the entries.
   *
   * @throws IllegalArgumentException if there is no certificate, or a damaged one
   */
  static OnnxClaims of(Map<String, String> metadata) {
    String format = metadata.getOrDefault("lipkit.format", "");
    if (!format.equals("LipKit certificate 1")) {
      throw new IllegalArgumentException(
          format.isEmpty()
              ? "it has no certificate in its metadata; export it with LipKit."
              : "it has a certificate of another format, \"" + format + "\".");
    }
    String rule = entry(metadata, "lipkit.margins");
    if (!rule.equals("pairwise") && !rule.equals("network")) {
      throw new IllegalArgumentException("its certificate has margins of \"" + rule + "\".");
    }
    return new OnnxClaims(
        entry(metadata, "lipkit.weights.sha256"),
        norms(entry(metadata, "lipkit.norms").lines().toList()),
        number(entry(metadata, "lipkit.body").split(" ", 2)[0]),
        rule.equals("pairwise"),
        entry(metadata, "lipkit.constants")
            .lines()
            .map(row -> Arrays.stream(row.split(" ", -1)).mapToDouble(OnnxClaims::number).toArray())
            .toArray(double[][]::new));
  }

  private static String entry(Map<String, String> metadata, String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new IllegalArgumentException(
          "its certificate has no entry " + key + "; export the network again.");
    }
    return value;
  }

  private static double number(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      throw new IllegalArgumentException("its certificate has \"" + text + "\" for a number.");
    }
    return Double.parseDouble(text);
  }

  private static Map<String, Double> norms(List<String> lines) {
    Map<String, Double> norms = new HashMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", 4);
      if (words.length < 3 || !words[2].equals("upper")) {
        throw new IllegalArgumentException(
            "its certificate has \"" + line + "\" where an upper bound is expected.");
      }
      if (norms.put(words[0], number(words[1])) != null) {
        throw new IllegalArgumentException("its certificate has two norms of " + words[0] + ".");
      }
    }
    return norms;
  }

  /** The claimed norm of a linear map; infinite, which is true, if none is claimed. */
  double norm(String weight) {
    return norms.getOrDefault(weight, Double.POSITIVE_INFINITY);
  }
}
