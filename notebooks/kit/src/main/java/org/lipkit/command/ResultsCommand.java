package org.lipkit.command;

import java.util.List;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Run;
import org.lipkit.text.Text;
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
    table(Results.recorded()).print(spec.commandLine().getOut());
  }

  /** One row per run: accuracies in percent; VRA at its radius, estimated and certified. */
  static TextTable table(List<Run> runs) {
    TextTable table =
        new TextTable(
            "experiment",
            "scale",
            "data",
            "model",
            "method",
            "radius",
            "clean",
            "estimated",
            "certified");
    for (Run run : runs) {
      Experiment experiment = run.experiment();
      double eps = experiment.radius();
      boolean diverged = run.samples().isEmpty();
      CertifiedAccuracy estimated = diverged ? null : run.estimated();
      table.add(
          experiment.name(),
          experiment.scale().id(),
          run.dataTitle(),
          experiment.model(),
          experiment.method(),
          Text.of("%.4g", eps),
          diverged ? "diverged" : percent(estimated.clean()),
          diverged ? "" : percent(estimated.at(eps)),
          run.record().certification() == null ? "" : percent(run.certified().at(eps)));
    }
    return table;
  }

  private static String percent(double share) {
    return Text.of("%.2f", 100 * share);
  }
}
