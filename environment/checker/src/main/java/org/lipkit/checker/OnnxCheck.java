package org.lipkit.checker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Derives anew what an ONNX file of the library claims in its metadata: that its weights are those
 * of the certificate, a bound on the norm of each linear map, one on everything before the last
 * layer, and one on each difference of two logits.
 *
 * <p>A claim is confirmed if it is at least what is proved here, up to a share of 1e-12 for each
 * linear map, which is for rounding. It is refuted if a slope is found that is larger. Otherwise it
 * is unconfirmed, which does not make it false.
 */
public final class OnnxCheck {

  /** By this share for each linear map, sums and products here may be rounded up too far. */
  private static final double ROUNDING = 1e-12;

  /** A slope has to be larger than a claim by this share, more than plain doubles are off. */
  private static final double CLEARLY = 1e-6;

  /** How many differences that are not confirmed, those with the smallest claims, are searched. */
  private static final int SEARCHED = 20;

  private final OnnxNetwork network;
  private final OnnxClaims claims;

  private OnnxCheck(OnnxNetwork network) {
    this.network = network;
    this.claims = network.claims();
  }

  /** What is said of a claim. */
  public enum Verdict {
    /** It is proved here. */
    CONFIRMED,
    /** It is neither proved here nor false. */
    UNCONFIRMED,
    /** It is proved here to be false. */
    REFUTED
  }

  /**
   * What was found of one claim.
   *
   * @param claim what is claimed
   * @param verdict what is said of it
   * @param reason why, in words
   */
  public record Finding(String claim, Verdict verdict, String reason) {}

  /**
   * Reads a file and bounds the norms of its linear maps.
   *
   * @param file an ONNX file that the library wrote
   * @param progress hears after each node how many are read and how many will be
   * @return the check, ready to be done
   * @throws IllegalArgumentException if the file is missing or damaged, has no certificate, or has
   *     an operator that the checker does not know
   */
  public static OnnxCheck open(Path file, BiConsumer<Integer, Integer> progress) {
    return new OnnxCheck(OnnxNetwork.read(file, progress));
  }

  /**
   * Checks all claims.
   *
   * @return one finding for the weights, one for each linear map before the last layer, one for
   *     everything before that, and one for the differences of logits
   * @throws IllegalArgumentException if the metadata are damaged
   */
  public List<Finding> check() {
    List<Finding> findings = new ArrayList<>();
    findings.add(weights());
    Map<String, Double> norms = claims.norms();
    Set<String> unknown = new TreeSet<>(norms.keySet());
    network
        .linear()
        .forEach(
            (name, affine) -> {
              unknown.remove(name);
              findings.add(
                  norm(name, norms.get(name), affine.norm(), NormBound.below(affine.matrix())));
            });
    unknown.remove(network.headName());
    Head head = network.head();
    findings.add(
        norm(network.headName(), norms.get(network.headName()), headNorm(), head.normBelow()));
    for (String name : unknown) {
      findings.add(new Finding(name, Verdict.UNCONFIRMED, "the file has no such linear map"));
    }
    findings.add(body());
    findings.add(constants());
    return findings;
  }

  private Finding weights() {
    String found = network.sha256();
    return claims.weights().equals(found)
        ? new Finding("weights", Verdict.CONFIRMED, "SHA-256 " + found)
        : new Finding(
            "weights", Verdict.REFUTED, "they are not those of the certificate: SHA-256 " + found);
  }

  private static Finding norm(String name, Double claimed, double proved, double below) {
    return claimed == null
        ? new Finding(name, Verdict.UNCONFIRMED, "no norm is claimed")
        : finding(name, claimed, proved, below, 1);
  }

  /** A claim between a lower and an upper bound of what it is about. */
  private static Finding finding(
      String claim, double claimed, double proved, double below, int linearMaps) {
    String reason =
        String.format(
            Locale.ROOT, "claimed %.9g, at most %.9g, at least %.9g", claimed, proved, below);
    return new Finding(claim, verdict(claimed, proved, below, linearMaps), reason);
  }

  private static Verdict verdict(double claimed, double proved, double below, int linearMaps) {
    if (below > claimed * (1 + CLEARLY)) {
      return Verdict.REFUTED;
    }
    return claimed * Math.pow(1 + ROUNDING, linearMaps) >= proved
        ? Verdict.CONFIRMED
        : Verdict.UNCONFIRMED;
  }

  private int linearMaps() {
    return network.linear().size() + 1;
  }

  private double headNorm() {
    return network.head().norm(claims.norm(network.headName()));
  }

  private Finding body() {
    double below = new SlopeSearch(network).ofBody();
    return finding(
        "all before the last layer", claims.body(), network.body().norm(), below, linearMaps());
  }

  /** Of the claims about differences of logits, all together and the worst of them. */
  private Finding constants() {
    int classes = network.head().classes();
    double[][] claimed = claims.constants();
    if (claimed.length != classes
        || Arrays.stream(claimed).anyMatch(row -> row.length != classes)) {
      throw new IllegalArgumentException(
          "The certificate has no constant for each two of the " + classes + " classes.");
    }
    double[][] proved = proved(classes);
    List<int[]> open = new ArrayList<>();
    for (int j = 0; j < classes; j++) {
      for (int i = 0; i < classes; i++) {
        Verdict holds = verdict(claimed[j][i], proved[j][i], 0, linearMaps());
        if (i != j && holds != Verdict.CONFIRMED) {
          open.add(new int[] {j, i});
        }
      }
    }
    open.sort(Comparator.comparingDouble(pair -> share(claimed, proved, pair)));
    SlopeSearch search = new SlopeSearch(network);
    Finding worst = null;
    for (int[] pair : open.subList(0, Math.min(SEARCHED, open.size()))) {
      double most = proved[pair[0]][pair[1]];
      double below = search.ofMargin(pair[0], pair[1]);
      String name = "K_" + pair[0] + "," + pair[1];
      Finding found = finding(name, claimed[pair[0]][pair[1]], most, below, linearMaps());
      worst = worst == null || found.verdict.compareTo(worst.verdict) > 0 ? found : worst;
    }
    int pairs = classes * (classes - 1);
    String all = pairs - open.size() + " of " + pairs + " confirmed";
    String name = "differences of logits";
    return worst == null
        ? new Finding(name, Verdict.CONFIRMED, all)
        : new Finding(
            name, worst.verdict, all + "; the worst is " + worst.claim + ": " + worst.reason);
  }

  private static double share(double[][] claimed, double[][] proved, int[] pair) {
    return claimed[pair[0]][pair[1]] / proved[pair[0]][pair[1]];
  }

  private double[][] proved(int classes) {
    Head head = network.head();
    double norm = network.body().norm();
    double common = claims.pairwise() ? 0 : Up.times(Up.root(2), headNorm());
    double[][] constants = new double[classes][classes];
    for (int j = 0; j < classes; j++) {
      for (int i = 0; i < classes; i++) {
        constants[j][i] = Up.times(norm, claims.pairwise() ? head.distance(j, i) : common);
      }
    }
    return constants;
  }
}
