package org.lipkit.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.lipkit.bound.Bound;
import org.lipkit.certify.MarginConstants;
import org.lipkit.certify.RoundedUp;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.layer.MarginRule;
import org.lipkit.tensor.LibraryVersion;

/**
 * What the metadata of a file that {@link Onnx#write} made says of its network. All constants are
 * decimal numbers that are rounded up.
 */
final class Certified {

  /** Its value begins with this, and the format's number follows. */
  static final String FORMAT = "lipkit.format";

  private static final String NAME = "LipKit certificate ";
  private static final int DIGITS = 12;
  private static final String MARGINS = "lipkit.margins";

  private Certified() {}

  /** The entries of a file. */
  static List<StringStringEntryProto> entries(Export export, SoundCertifier proof) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(FORMAT, NAME + 1);
    entries.put(
        "lipkit.statement",
        "Every constant here is an upper bound in the Euclidean norm and in exact arithmetic with"
            + " this file's weights, whatever program runs them. So of an input x whose largest"
            + " logit is y_j(x), every input closer to x than the smallest (y_j(x) - y_i(x)) / K_ji"
            + " over the other classes i gets class j. How much float32 rounding may take off that"
            + " radius was proved for the engine that is named here; for another one, such as the"
            + " program that runs this file, it is not known.");
    entries.put("lipkit.version", LibraryVersion.text());
    entries.put("lipkit.engine", proof.engine().toString());
    entries.put("lipkit.weights.sha256", export.writer().sha256());
    entries.put("lipkit.network.sha256", proof.classifier().sha256());
    entries.put(MARGINS, proof.classifier().rule().name().toLowerCase(Locale.ROOT));
    entries.put("lipkit.body", text(proof.body()));
    StringJoiner norms = new StringJoiner("\n");
    export.norms().forEach((weight, bound) -> norms.add(weight + " " + text(bound)));
    entries.put("lipkit.norms", norms.toString());
    entries.put("lipkit.constants", rows(proof.constants()));
    return entries.entrySet().stream()
        .map(
            entry ->
                StringStringEntryProto.newBuilder()
                    .setKey(entry.getKey())
                    .setValue(entry.getValue())
                    .build())
        .toList();
  }

  private static String decimal(double bound) {
    return String.valueOf(RoundedUp.digits(bound, DIGITS));
  }

  /** The number, its kind and how it was found. */
  private static String text(Bound bound) {
    return decimal(bound.value())
        + " "
        + bound.kind().name().toLowerCase(Locale.ROOT)
        + " "
        + bound.method();
  }

  /** Row j has K_ji for each class i. */
  private static String rows(MarginConstants constants) {
    StringJoiner rows = new StringJoiner("\n");
    for (int j = 0; j < constants.classes(); j++) {
      StringJoiner row = new StringJoiner(" ");
      for (int i = 0; i < constants.classes(); i++) {
        row.add(i == j ? "0" : decimal(constants.of(j, i)));
      }
      rows.add(row.toString());
    }
    return rows.toString();
  }

  /** Whether a file with this metadata was written here. */
  static boolean isOurs(Map<String, String> metadata) {
    return metadata.getOrDefault(FORMAT, "").startsWith(NAME);
  }

  /** How the margins are bounded of the network that a file has; pairwise unless it says so. */
  static MarginRule rule(Map<String, String> metadata) {
    return isOurs(metadata) && "network".equals(metadata.get(MARGINS))
        ? MarginRule.NETWORK
        : MarginRule.PAIRWISE;
  }
}
