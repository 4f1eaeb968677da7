package org.lipkit.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lipkit.experiment.AttackedRun;
import org.lipkit.experiment.RadiusChain;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunAttacker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Attacks a finished run, without training it again. */
@Command(
    name = "attack",
    description = {
      "Attacks some test images of a finished run.",
      "The attacks are DeepFool, whose pixels may leave [0, 1], and Carlini-Wagner, whose pixels may",
      "not. The distances that they find and the chain of four radii are added to the run's record."
    },
    footer = "  environment/lipkit attack mnist-2c2f-emma")
final class AttackCommand implements Callable<Integer> {

  @Mixin private FinishedRun choice;

  @Mixin private DeviceOption device;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    AttackedRun attacked;
    try (TerminalProgress progress =
        new TerminalProgress(choice.title(), spec.commandLine().getOut())) {
      attacked = RunAttacker.attack(Run.load(choice.folder()), progress);
    }
    report(choice.title(), attacked, spec.commandLine().getOut());
    return 0;
  }

  /** How tight the certificates are, in one line. */
  static void report(String title, AttackedRun attacked, PrintWriter out) {
    RadiusChain.Looseness looseness;
    try {
      looseness = RadiusChain.looseness(attacked.chain());
    } catch (IllegalArgumentException nothing) {
      out.println(title + ": " + nothing.getMessage());
      return;
    }
    out.printf(
        Locale.ROOT,
        "%s: medians of the quotients of neighbouring radii: bound %.2f, locality %.2f,"
            + " linearity %.2f; attack to certificate %.2f%n",
        title,
        looseness.bound(),
        looseness.locality(),
        looseness.linearity(),
        looseness.whole());
  }
}
