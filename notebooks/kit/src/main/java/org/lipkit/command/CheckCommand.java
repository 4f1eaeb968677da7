package org.lipkit.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lipkit.checker.RecordCheck;
import org.lipkit.data.DataHome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets the independent checker go over the certified radii of a finished run. */
@Command(
    name = "check",
    description = {
      "Checks the certified radii of a finished run.",
      "Every radius is derived anew. The checker shares no code with the library; it reads the run's files and the data set's."
    },
    footer = {
      "  environment/lipkit check mnist-2c2f-emma --every 20",
      "  environment/lipkit check notebooks/results/mnist-2c2f-emma/laptop ~/data"
    })
final class CheckCommand implements Callable<Integer> {

  private static final int SHOWN = 5;

  @Mixin private FinishedRun choice;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DATA",
      description = "the folder with all data sets (default: where \"data\" puts them)")
  private Path data;

  @Option(
      names = "--every",
      paramLabel = "N",
      defaultValue = "1",
      description = "check only every N-th sample (default: all)")
  private int every;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = choice.folder();
    RecordCheck check = RecordCheck.open(folder, data == null ? DataHome.path() : data);
    out.printf(
        Locale.ROOT, "%s, bounds on the norms of its layers: %s%n", check.model(), check.norms());
    out.flush();
    RecordCheck.Findings findings;
    try (TerminalProgress progress =
        new TerminalProgress(choice.title(), spec.commandLine().getOut())) {
      findings = check.check(every, progress::checked);
    }
    out.printf(
        Locale.ROOT,
        "%d claims confirmed, %d more up to a tolerance of %s of the radius and %s pixels, %d of"
            + " radius 0 claim nothing, %d not confirmed.%n",
        findings.confirmed(),
        findings.nearly(),
        RecordCheck.RELATIVE_TOLERANCE,
        RecordCheck.ABSOLUTE_TOLERANCE,
        findings.silent(),
        findings.objections().size());
    if (findings.objections().isEmpty()) {
      return 0;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        Locale.ROOT,
        "DISAGREEMENT: %d claims of %s are not confirmed; first:%n",
        findings.objections().size(),
        folder);
    findings.objections().stream().limit(SHOWN).forEach(err::println);
    return 1;
  }
}
