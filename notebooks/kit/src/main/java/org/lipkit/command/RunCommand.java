package org.lipkit.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.experiment.Runner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs one experiment of the {@link Catalogue} in a terminal and records it. */
@Command(
    name = "RunCommand",
    mixinStandardHelpOptions = true,
    description = "Runs an experiment and writes its record; goes on where it was cut off.")
public final class RunCommand implements Callable<Integer> {

  @Mixin private ExperimentChoice choice;

  @Override
  public Integer call() {
    Experiment experiment = choice.experiment();
    Path folder = choice.folder();
    try (TerminalProgress progress = new TerminalProgress(choice.name())) {
      Run run = Runner.run(experiment, folder, progress);
      if (run.record().status() == RunRecord.Status.DIVERGED) {
        System.err.println(run.record().failure());
        return 1;
      }
      CertifiedAccuracy accuracy = run.estimated();
      System.out.printf(
          "%s: clean %.2f %%, VRA at %s estimated %.2f %%, certified %.2f %%, %.0f s of training; record"
              + " in %s%n",
          run.dataTitle(),
          100 * accuracy.clean(),
          experiment.radius(),
          100 * accuracy.at(experiment.radius()),
          100 * run.certified().at(experiment.radius()),
          run.record().trainingSeconds(),
          folder);
    }
    return 0;
  }

  /**
   * The program.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    ExperimentChoice.main(new RunCommand(), arguments);
  }
}
