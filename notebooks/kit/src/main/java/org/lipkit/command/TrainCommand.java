package org.lipkit.command;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.experiment.Runner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains and certifies one experiment of the {@link Catalogue} and records it. */
@Command(
    name = "train",
    description = {
      "Trains one experiment, certifies it and writes its record.",
      "A recorded run is only shown; a run that was cut off goes on where it stopped."
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

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Experiment experiment = Catalogue.get(name, options.scale());
    Path folder = options.folder(name);
    Run run;
    try (TerminalProgress progress = new TerminalProgress(name)) {
      run = Runner.run(experiment, folder, progress);
    }
    if (run.record().outcome().status() == RunRecord.Status.DIVERGED) {
      throw new IllegalStateException(run.record().outcome().failure());
    }
    CertifiedAccuracy estimated = run.estimated();
    double eps = experiment.radius();
    spec.commandLine()
        .getOut()
        .printf(
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
    return 0;
  }
}
