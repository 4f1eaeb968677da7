package org.lipkit.command;

import org.lipkit.experiment.AttackedRun;
import org.lipkit.experiment.Cluster;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunAttacker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Attacks a finished run on a cluster. */
@Command(
    name = "attack",
    description =
        "Attacks some test images of a finished run, as \"environment/lipkit attack\" does.",
    footer = "  environment/lipkit cluster --master spark://host:7077 attack mnist-2c2f-emma")
final class ClusterAttackCommand implements Runnable {

  @Mixin private FinishedRun choice;

  @ParentCommand private ClusterCommand parent;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Run run = Run.load(choice.folder());
    AttackedRun attacked;
    try (Cluster cluster = parent.join();
        TerminalProgress progress =
            new TerminalProgress(choice.title(), spec.commandLine().getOut())) {
      attacked = RunAttacker.attack(run, cluster, progress);
    }
    AttackCommand.report(choice.title(), attacked, spec.commandLine().getOut());
  }
}
