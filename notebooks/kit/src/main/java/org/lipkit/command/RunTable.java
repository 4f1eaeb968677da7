package org.lipkit.command;

import java.util.List;
import java.util.Locale;
import org.lipkit.certify.CertifiedAccuracy;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;

/** Finished runs as a table, one row per run. */
final class RunTable {

  private RunTable() {}

  /** Accuracies in percent; VRA at the run's radius, estimated as in the papers and certified. */
  static TextTable of(List<Run> runs) {
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
          String.format(Locale.ROOT, "%.4g", eps),
          diverged ? "diverged" : percent(estimated.clean()),
          diverged ? "" : percent(estimated.at(eps)),
          run.record().certification() == null ? "" : percent(run.certified().at(eps)));
    }
    return table;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
