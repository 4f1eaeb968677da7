package org.lipkit.checker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/** Goes over the certified radii of a recorded run, claim by claim. */
public final class RecordCheck {

  /** A claimed radius may exceed what is proved here by this fraction of it ... */
  public static final double RELATIVE_TOLERANCE = 1e-3;

  /** ... plus this many pixels of [0, 1]. */
  public static final double ABSOLUTE_TOLERANCE = 1e-4;

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
   * @param nearly how many more are proved up to the tolerance
   * @param silent how many claims are of radius 0, which says nothing
   * @param objections one sentence per claim that is not proved
   */
  public record Findings(int confirmed, int nearly, int silent, List<String> objections) {}

  /**
   * Reads a run and bounds the norms of its layers.
   *
   * @param run the run's folder, with {@code run.json}, {@code samples.csv} and {@code weights.npz}
   * @param data the folder that holds one folder per data set
   * @return the check, ready to be done
   * @throws IllegalArgumentException if a file is missing or damaged, or the run's model or data
   *     set is none that the checker knows
   */
  public static RecordCheck open(Path run, Path data) {
    JsonNode experiment = record(run.resolve("run.json")).path("experiment");
    List<Claim> claims = Claim.read(run.resolve("samples.csv"));
    TestSplit split =
        TestSplit.load(
            experiment.path("data").asText(), data, experiment.path("testImages").asInt());
    String model = experiment.path("model").asText();
    Map<String, FloatArray> weights = NpzReader.read(run.resolve("weights.npz"));
    Checker checker = new Checker(model, weights, split.channels(), split.side());
    return new RecordCheck(model, claims, split, checker);
  }

  private static JsonNode record(Path file) {
    JsonNode record;
    try {
      record = new JsonMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " cannot be read; name the folder of a finished run.", e);
    }
    if (!record.at("/experiment/model").isTextual() || !record.at("/experiment/data").isTextual()) {
      throw new IllegalArgumentException(file + " names no model or no data set.");
    }
    if (record.at("/data/madeUp").asBoolean()) {
      throw new IllegalArgumentException(
          file + " is of a run on made-up images, which the checker cannot draw.");
    }
    return record;
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
    List<Verdict> verdicts = new ArrayList<>();
    for (int n = 0; n < total; n++) {
      verdicts.add(verdict(claims.get(n * every)));
      progress.accept(n + 1, total);
    }
    return new Findings(
        count(verdicts, Verdict.CONFIRMED),
        count(verdicts, Verdict.NEARLY),
        count(verdicts, Verdict.SILENT),
        verdicts.stream().map(Verdict::objection).filter(Objects::nonNull).toList());
  }

  private static int count(List<Verdict> verdicts, Verdict wanted) {
    return Collections.frequency(verdicts, wanted);
  }

  /** What is said of one claim; an objection is a sentence, or null if there is none. */
  private record Verdict(String name, String objection) {

    static final Verdict CONFIRMED = new Verdict("confirmed", null);
    static final Verdict NEARLY = new Verdict("nearly", null);
    static final Verdict SILENT = new Verdict("silent", null);

    static Verdict objection(Claim claim, String sentence) {
      return new Verdict("objection", claim + ": " + sentence);
    }
  }

  private Verdict verdict(Claim claim) {
    if (claim.index() >= split.size() || claim.prediction() >= checker.classes()) {
      return Verdict.objection(claim, "there is no such sample or class");
    }
    int label = split.label(claim.index());
    if (label != claim.label()) {
      return Verdict.objection(claim, "the data's label is " + label);
    }
    Evaluation evaluation = checker.evaluate(split.pixels(claim.index()));
    int j = claim.prediction();
    double tolerated = (1 - RELATIVE_TOLERANCE) * claim.radius() - ABSOLUTE_TOLERANCE;
    if (evaluation.refutes(j)) {
      return Verdict.objection(claim, "refuted, the program predicts another class");
    }
    if (claim.radius() == 0) {
      return Verdict.SILENT;
    }
    if (evaluation.proves(j, claim.radius())) {
      return Verdict.CONFIRMED;
    }
    if (tolerated <= 0 || evaluation.proves(j, tolerated)) {
      return Verdict.NEARLY;
    }
    double proved = evaluation.provedRadius(j, claim.radius());
    return Verdict.objection(claim, "not confirmed, only a radius of " + proved + " is proved");
  }
}
