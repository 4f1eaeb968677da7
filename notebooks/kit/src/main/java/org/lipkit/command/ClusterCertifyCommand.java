package org.lipkit.command;

import org.lipkit.experiment.Cluster;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunCertifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Certifies a finished run on a cluster. */
@Command(
    name = "certify",
    description = {
      "Proves a radius for every test image of a finished run.",
      "The norms are proved here first; then the images are divided. The radii are written to the",
      "run's record."
    },
    footer = "  environment/lipkit cluster --master spark://host:7077 certify mnist-2c2f-emma")
final class ClusterCertifyCommand implements Runnable {

  @Mixin private FinishedRun choice;

  @ParentCommand private ClusterCommand parent;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Run run = Run.load(choice.folder());
    try (Cluster cluster = parent.join();
        TerminalProgress progress =
            new TerminalProgress(choice.title(), spec.commandLine().getOut())) {
      run = RunCertifier.certify(run, cluster, progress);
    }
    CertifyCommand.report(run, spec.commandLine().getOut());
  }
}
