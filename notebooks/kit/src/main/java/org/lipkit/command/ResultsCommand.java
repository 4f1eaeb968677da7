package org.lipkit.command;

import org.lipkit.experiment.Results;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the recorded runs. */
@Command(
    name = "results",
    description = {
      "Lists the recorded runs.",
      "One row per run: clean accuracy and verified-robust accuracy (VRA) at the run's radius in",
      "percent, estimated as in the papers and certified."
    },
    footer = {"  environment/lipkit results", "  environment/lipkit results | grep cifar-10"})
final class ResultsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    RunTable.of(Results.recorded()).print(spec.commandLine().getOut());
  }
}
