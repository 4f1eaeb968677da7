package org.lipkit.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lipkit.checker.OnnxCheck;
import org.lipkit.checker.RecordCheck;
import org.lipkit.data.DataHome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets the independent checker go over a finished run's radii, or an exported file's constants. */
@Command(
    name = "check",
    description = {
      "Checks the certified radii of a finished run, or the constants in a file that \"export\" wrote.",
      "Everything is derived anew. The checker shares no code with the library; it reads the run's files and the data set's, or the .onnx file."
    },
    exitCodeList = {
      "0:everything that was checked is confirmed",
      "1:the check could not be done; one sentence says why",
      "2:the command line is wrong",
      "3:some claims are unconfirmed, which does not make them false; none is refuted",
      "4:some claims are refuted: the program predicts another class, the label is another one, a slope is larger than its constant, or the weights are others"
    },
    footer = {
      "  environment/lipkit check mnist-2c2f-emma --every 20",
      "  environment/lipkit check notebooks/results/mnist-2c2f-emma/laptop ~/data",
      "  environment/lipkit check network.onnx"
    })
final class CheckCommand implements Callable<Integer> {

  private static final List<String> OF_RUNS = List.of("--every", "--scale", "--again");
  private static final int SHOWN = 5;
  private static final int UNCONFIRMED = 3;
  private static final int REFUTED = 4;

  @Parameters(
      index = "0",
      paramLabel = "RUN|FILE",
      description = "an experiment's name, the folder of a run, or an .onnx file")
  private String what;

  @Mixin private RunOptions run;

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
    return what.endsWith(".onnx") ? checkFile() : checkRun();
  }

  private int checkFile() {
    Lipkit.refuse(spec, OF_RUNS, "goes with a run, not with a file");
    if (data != null) {
      throw new ParameterException(spec.commandLine(), "DATA goes with a run, not with a file");
    }
    List<OnnxCheck.Finding> findings;
    try (TerminalProgress progress = new TerminalProgress(what, spec.commandLine().getOut())) {
      findings = OnnxCheck.open(Path.of(what), progress::checked).check();
    }
    TextTable table = new TextTable("claim", "verdict", "");
    findings.forEach(
        found ->
            table.add(
                found.claim(), found.verdict().name().toLowerCase(Locale.ROOT), found.reason()));
    table.print(spec.commandLine().getOut());
    OnnxCheck.Verdict worst =
        findings.stream().map(OnnxCheck.Finding::verdict).max(Comparator.naturalOrder()).get();
    spec.commandLine()
        .getOut()
        .printf(Locale.ROOT, "%s is %s.%n", what, worst.name().toLowerCase(Locale.ROOT));
    return switch (worst) {
      case CONFIRMED -> 0;
      case UNCONFIRMED -> UNCONFIRMED;
      case REFUTED -> REFUTED;
    };
  }

  private int checkRun() {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = FinishedRun.folder(what, run);
    RecordCheck check = RecordCheck.open(folder, data == null ? DataHome.path() : data);
    out.printf(
        Locale.ROOT, "%s, bounds on the norms of its layers: %s%n", check.model(), check.norms());
    out.flush();
    RecordCheck.Findings findings;
    try (TerminalProgress progress = new TerminalProgress(what, spec.commandLine().getOut())) {
      findings = check.check(every, progress::checked);
    }
    out.printf(
        Locale.ROOT,
        "%d claims confirmed, %d unconfirmed, %d refuted; %d of radius 0 claim nothing.%n",
        findings.confirmed(),
        findings.unconfirmed().size(),
        findings.refuted().size(),
        findings.silent());
    show("REFUTED, so false", findings.refuted());
    show("UNCONFIRMED, so neither proved here nor false", findings.unconfirmed());
    if (!findings.refuted().isEmpty()) {
      return REFUTED;
    }
    return findings.unconfirmed().isEmpty() ? 0 : UNCONFIRMED;
  }

  private void show(String heading, List<String> claims) {
    if (!claims.isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(Locale.ROOT, "%s: %d claims of %s; the first:%n", heading, claims.size(), what);
      claims.stream().limit(SHOWN).forEach(err::println);
    }
  }
}
