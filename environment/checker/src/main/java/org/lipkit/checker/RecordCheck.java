package org.lipkit.checker;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BiConsumer;

/** Goes over the certified radii of a recorded run, claim by claim. */
public final class RecordCheck {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String model;
  private final List<Claim> claims;
  private final TestSplit split;
  private final Checker checker;

  private RecordCheck(String model, List<Claim> claims, TestSplit split, Checker checker) {
    this.model = model;
    this.claims = claims;
    this.split = split;
    this.checker = checker;
  }

  /**
   * What a check found.
   *
   * @param confirmed how many radii are proved here as they are claimed
   * @param silent how many claims are of radius 0, which says nothing
   * @param unconfirmed one sentence per claim that is not proved here, which does not make it false
   * @param refuted one sentence per claim that is proved here to be false
   */
  public record Findings(
      int confirmed, int silent, List<String> unconfirmed, List<String> refuted) {}

  /**
   * Reads a run and bounds the norms of its layers.
   *
   * @param run the run's folder, with {@code run.json}, {@code samples.csv} and {@code weights.npz}
   * @param data the folder that holds one folder per data set
   * @return the check, ready to be done
   * @throws IllegalArgumentException if a file is missing, damaged or incomplete, the weights or
   *     the samples are not those that the record is about, or the run's model or data set is none
   *     that the checker knows
   */
  public static RecordCheck open(Path run, Path data) {
    Path file = run.resolve("run.json");
    JsonNode record = record(file);
    String model = name(record, "model", file);
    String dataset = name(record, "data", file);
    List<Claim> claims = Claim.read(run.resolve("samples.csv"));
    int testImages = record.at("/experiment/testImages").asInt();
    if (testImages < 0) {
      throw new IllegalArgumentException(file + " is of " + testImages + " test images.");
    }
    TestSplit split = TestSplit.load(dataset, data, testImages);
    if (number(record, "/data/testImages", file) != claims.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s says that the run was tested on %s images, but %s has %d samples; take the files"
                  + " of one run.",
              file,
              record.at("/data/testImages"),
              run.resolve("samples.csv"),
              claims.size()));
    }
    if (claims.size() != split.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has %d samples, but the run was tested on %d; take the whole file.",
              run.resolve("samples.csv"),
              claims.size(),
              split.size()));
    }
    requireRecordedAccuracy(record, claims, run);
    SortedMap<String, FloatArray> weights = NpzReader.read(run.resolve("weights.npz"));
    String sha256 = record.at("/network/weightsSha256").asText();
    if (!sha256.equals(FloatArray.sha256(weights))) {
      throw new IllegalArgumentException(
          run.resolve("weights.npz")
              + " holds other weights than "
              + file
              + " was recorded with: their checksums differ.");
    }
    Checker checker = new Checker(model, weights, split.channels(), split.side());
    return new RecordCheck(model, claims, split, checker);
  }

  private static JsonNode record(Path file) {
    JsonNode record;
    try {
      record = JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " cannot be read; name the folder of a finished run.", e);
    }
    if (record.at("/data/madeUp").asBoolean()) {
      throw new IllegalArgumentException(
          file + " is of a run on made-up images, which the checker cannot draw.");
    }
    return record;
  }

  /** The name of the experiment's model or data, which is an object if it is the user's own. */
  private static String name(JsonNode record, String key, Path file) {
    JsonNode choice = record.path("experiment").path(key);
    if (choice.path("own").asBoolean()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s is of a run with a %s of the user's own, \"%s\", and the checker knows only the"
                  + " catalogue's; its claims rest on the library's proof alone.",
              file,
              key.equals("data") ? "data set" : key,
              choice.path("name").asText()));
    }
    if (!choice.isTextual()) {
      throw new IllegalArgumentException(file + " names no " + key + "; it is no run's record.");
    }
    return choice.asText();
  }

  private static double number(JsonNode record, String path, Path file) {
    JsonNode value = record.at(path);
    if (!value.isNumber()) {
      throw new IllegalArgumentException(
          file + " has no number at " + path + "; name the folder of a run that is certified.");
    }
    return value.asDouble();
  }

  /** What the record says of all samples together has to follow from them. */
  private static void requireRecordedAccuracy(JsonNode record, List<Claim> claims, Path run) {
    Path file = run.resolve("run.json");
    double eps = number(record, "/experiment/radius", file);
    double recorded = number(record, "/certification/vra/certified", file);
    long robust = claims.stream().filter(claim -> claim.isRobust(eps)).count();
    if (Math.abs(recorded * claims.size() - robust) > 1e-6 * claims.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s records %s of the samples as certified at a radius of %s, but %s says so of %d of"
                  + " %d.",
              file,
              recorded,
              eps,
              run.resolve("samples.csv"),
              robust,
              claims.size()));
    }
  }

  /**
   * The model that the run is of.
   *
   * @return the architecture's name
   */
  public String model() {
    return model;
  }

  /**
   * The bounds on the norms of the layers before the head, in order.
   *
   * @return by the layer's name in the weights
   */
  public Map<String, Double> norms() {
    return checker.norms();
  }

  /**
   * Checks evenly spaced claims.
   *
   * @param every 1 to check every claim, 2 to check every second one, and so on
   * @param progress hears after each claim how many are checked and how many will be
   * @return what was found
   * @throws IllegalArgumentException if {@code every} is less than 1
   */
  public Findings check(int every, BiConsumer<Integer, Integer> progress) {
    if (every < 1) {
      throw new IllegalArgumentException(
          "Check every n-th claim for an n of at least 1, not " + every + ".");
    }
    int total = (claims.size() + every - 1) / every;
    int confirmed = 0;
    int silent = 0;
    List<String> unconfirmed = new ArrayList<>();
    List<String> refuted = new ArrayList<>();
    for (int n = 0; n < total; n++) {
      Claim claim = claims.get(n * every);
      Verdict verdict = verdict(claim);
      switch (verdict.kind()) {
        case CONFIRMED -> confirmed++;
        case SILENT -> silent++;
        case UNCONFIRMED -> unconfirmed.add(claim + ": " + verdict.reason());
        case REFUTED -> refuted.add(claim + ": " + verdict.reason());
      }
      progress.accept(n + 1, total);
    }
    return new Findings(confirmed, silent, unconfirmed, refuted);
  }

  /** What is said of one claim. */
  private record Verdict(Kind kind, String reason) {

    private enum Kind {
      CONFIRMED,
      SILENT,
      UNCONFIRMED,
      REFUTED
    }

    static final Verdict CONFIRMED = new Verdict(Kind.CONFIRMED, "");
    static final Verdict SILENT = new Verdict(Kind.SILENT, "");

    static Verdict refuted(String reason) {
      return new Verdict(Kind.REFUTED, "refuted, " + reason);
    }
  }

  private Verdict verdict(Claim claim) {
    int j = claim.prediction();
    int label = split.label(claim.index());
    if (label != claim.label()) {
      return Verdict.refuted("the data's label is " + label);
    }
    if (j == Claim.NONE) {
      return Verdict.SILENT;
    }
    if (j >= checker.classes()) {
      return Verdict.refuted("there is no such class");
    }
    float[] pixels = split.pixels(claim.index());
    Evaluation evaluation = checker.evaluate(pixels);
    if (evaluation.refutes(j)) {
      return Verdict.refuted("the program predicts another class");
    }
    if (claim.radius() == 0) {
      return Verdict.SILENT;
    }
    if (Double.isInfinite(claim.radius())) {
      return new Verdict(
          Verdict.Kind.UNCONFIRMED, "unconfirmed, no infinite radius is proved here");
    }
    if (evaluation.proves(j, claim.radius())) {
      return Verdict.CONFIRMED;
    }
    double distance = new Search(checker).distance(pixels, j, claim.radius());
    if (distance <= claim.radius()) {
      return Verdict.refuted("the program predicts another class at a distance of " + distance);
    }
    double proved = evaluation.provedRadius(j, claim.radius());
    return new Verdict(
        Verdict.Kind.UNCONFIRMED, "unconfirmed, only a radius of " + proved + " is proved");
  }
}
