package org.lipkit.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.Runner;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains and certifies one experiment of the {@link Catalogue} and records it. */
@Command(
    name = "train",
    description = {
      "Trains one experiment, certifies it and writes its record.",
      "A recorded run is only shown; a run that was cut off goes on where it stopped. Ctrl-C keeps",
      "what was done."
    },
    footer = {
      "  environment/lipkit train mnist-2c2f-emma --scale smoke",
      "  environment/lipkit train mnist-2c2f-emma --again"
    })
final class TrainCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "NAME",
      description = "the experiment; \"environment/lipkit list\" shows all names")
  private String name;

  @Mixin private RunOptions options;

  @Mixin private DeviceOption device;

  @Spec private CommandSpec spec;

  @Option(
      names = "--made-up",
      description = {
        "train on drawn pictures that stand in for the data set's files, in build/results; at smoke",
        "scale they do where the files are missing"
      })
  private boolean madeUp;

  @SuppressWarnings("try") // what saves on exit is held, not used
  @Override
  public Integer call() {
    try (SaveOnExit saving = new SaveOnExit()) {
      return train();
    }
  }

  private int train() {
    Experiment experiment = Catalogue.get(name, options.scale());
    Path folder = madeUp ? Results.folder(experiment, true) : options.folder(name);
    PrintWriter out = spec.commandLine().getOut();
    boolean recorded = Runner.isFinished(folder);
    Run run;
    try (TerminalProgress progress = new TerminalProgress(name, out)) {
      run =
          madeUp
              ? Runner.runMadeUp(experiment, folder, progress)
              : Runner.run(experiment, folder, progress);
    } catch (CancellationException e) {
      spec.commandLine().getErr().println(Lipkit.INTERRUPTED);
      return ExitCode.SOFTWARE;
    }
    if (recorded) {
      out.println(run.recordedRemark());
    }
    if (!run.isComplete()) {
      throw new IllegalStateException(run.record().outcome().failure());
    }
    CertifiedAccuracy estimated = run.estimated();
    double eps = experiment.radius();
    out.printf(
        Locale.ROOT,
        "%s: clean %.2f %%, VRA at %.4g estimated %.2f %%, certified %.2f %%, %.0f s of training;"
            + " record in %s%n",
        run.dataTitle(),
        100 * estimated.clean(),
        eps,
        100 * estimated.at(eps),
        100 * run.certified().at(eps),
        run.record().outcome().trainingSeconds(),
        folder);
    return ExitCode.OK;
  }
}
