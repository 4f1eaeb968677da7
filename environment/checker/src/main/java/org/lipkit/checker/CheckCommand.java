package org.lipkit.checker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks the certified radii of a recorded run; exits with 1 where it disagrees. */
@Command(
    name = "CheckCommand",
    mixinStandardHelpOptions = true,
    description = "Derives the certificates of a recorded run anew and says where they differ.")
public final class CheckCommand implements Callable<Integer> {

  /** A claim may exceed what is proved here by this share of it ... */
  private static final double RELATIVE = 1e-3;

  /** ... and this many pixels of [0, 1]. */
  private static final double ABSOLUTE = 1e-4;

  private static final int SHOWN = 5;

  @Parameters(index = "0", paramLabel = "RUN", description = "the run's folder")
  private Path run;

  @Parameters(index = "1", paramLabel = "DATA", description = "the folder with all data sets")
  private Path data;

  @Option(
      names = "--every",
      defaultValue = "1",
      description = "check only every so many samples (default: all)")
  private int every;

  @Spec private CommandSpec spec;

  private final List<String> objections = new ArrayList<>();
  private int confirmed;
  private int nearly;
  private int silent;

  @Override
  public Integer call() {
    if (every < 1) {
      throw new IllegalArgumentException("--every must be at least 1, not " + every + ".");
    }
    JsonNode record = record();
    List<Claim> claims = Claim.read(run.resolve("samples.csv"));
    JsonNode experiment = record.path("experiment");
    TestSplit split =
        TestSplit.load(
            experiment.path("dataset").asText(), data, experiment.path("testImages").asInt());
    String model = experiment.path("model").asText();
    Checker checker =
        new Checker(
            model, NpzReader.read(run.resolve("weights.npz")), split.channels(), split.side());
    say("%s, bounds on the norms of its layers: %s", model, checker.norms());
    for (int n = 0; n < claims.size(); n += every) {
      check(claims.get(n), split, checker);
    }
    say(
        "%d claims confirmed, %d more up to a tolerance of %s of the radius and %s pixels, %d of"
            + " radius 0 claim nothing, %d not confirmed.",
        confirmed, nearly, RELATIVE, ABSOLUTE, silent, objections.size());
    if (objections.isEmpty()) {
      return 0;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "DISAGREEMENT: " + objections.size() + " claims of " + run + " are not confirmed; first:");
    objections.stream().limit(SHOWN).forEach(err::println);
    return 1;
  }

  private JsonNode record() {
    Path file = run.resolve("run.json");
    JsonNode record;
    try {
      record = new JsonMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " cannot be read; name the folder of a finished run.", e);
    }
    if (!record.at("/experiment/model").isTextual()
        || !record.at("/experiment/dataset").isTextual()) {
      throw new IllegalArgumentException(file + " names no model or no data set.");
    }
    if (record.path("madeUpData").asBoolean()) {
      throw new IllegalArgumentException(
          file + " is of a run on made-up images, which the checker cannot draw.");
    }
    return record;
  }

  private void check(Claim claim, TestSplit split, Checker checker) {
    if (claim.index() >= split.size() || claim.prediction() >= checker.classes()) {
      objections.add(claim + ": there is no such sample or class");
      return;
    }
    int label = split.label(claim.index());
    if (label != claim.label()) {
      objections.add(claim + ": the data's label is " + label);
      return;
    }
    Evaluation evaluation = checker.evaluate(split.pixels(claim.index()));
    int j = claim.prediction();
    double tolerated = (1 - RELATIVE) * claim.radius() - ABSOLUTE;
    if (evaluation.refutes(j)) {
      objections.add(claim + ": refuted, the program predicts another class");
    } else if (claim.radius() == 0) {
      silent++;
    } else if (evaluation.proves(j, claim.radius())) {
      confirmed++;
    } else if (tolerated <= 0 || evaluation.proves(j, tolerated)) {
      nearly++;
    } else {
      double proved = evaluation.provedRadius(j, claim.radius());
      objections.add(claim + ": not confirmed, only a radius of " + proved + " is proved");
    }
  }

  private void say(String format, Object... arguments) {
    spec.commandLine().getOut().println(String.format(Locale.ROOT, format, arguments));
  }

  /**
   * The program.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(program().execute(arguments));
  }

  /** The program; it returns 0 if it confirms all claims, else 1, or 2 for unclear arguments. */
  static CommandLine program() {
    return new CommandLine(new CheckCommand())
        .setExecutionExceptionHandler(
            (exception, line, parsed) -> {
              line.getErr().println(exception.getMessage());
              return 1;
            });
  }
}
