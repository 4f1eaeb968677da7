package org.lipkit.command;

import java.util.concurrent.Callable;
import org.lipkit.experiment.AttackedRun;
import org.lipkit.experiment.RadiusChain;
import org.lipkit.experiment.RunAttacker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Attacks one recorded experiment, without training it again. */
@Command(
    name = "AttackCommand",
    mixinStandardHelpOptions = true,
    description =
        "Attacks some test samples of a recorded experiment with DeepFool and Carlini-Wagner,"
            + " and adds that and the chain of four radii to its record.")
public final class AttackCommand implements Callable<Integer> {

  @Mixin private ExperimentChoice choice;

  @Override
  public Integer call() {
    AttackedRun attacked;
    try (TerminalProgress progress = new TerminalProgress(choice.name())) {
      attacked = RunAttacker.attack(choice.folder(), progress);
    }
    RadiusChain.Looseness looseness = RadiusChain.looseness(attacked.chain());
    System.out.printf(
        "%s: medians of the quotients of neighbouring radii: bound %.2f, locality %.2f, linearity"
            + " %.2f; attack to certificate %.2f%n",
        choice.name(),
        looseness.bound(),
        looseness.locality(),
        looseness.linearity(),
        looseness.whole());
    return 0;
  }

  /**
   * The program.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    ExperimentChoice.main(new AttackCommand(), arguments);
  }
}
