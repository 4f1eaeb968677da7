package org.lipkit.command;

import java.util.concurrent.Callable;
import org.lipkit.certify.Gap;
import org.lipkit.experiment.Certification;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunCertifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Adds sound certificates to one recorded experiment, without training it again. */
@Command(
    name = "CertifyCommand",
    mixinStandardHelpOptions = true,
    description = "Certifies a recorded experiment from its weights and adds that to its record.")
public final class CertifyCommand implements Callable<Integer> {

  @Mixin private ExperimentChoice choice;

  @Override
  public Integer call() {
    Experiment experiment = choice.experiment();
    Run run;
    try (TerminalProgress progress = new TerminalProgress(choice.name())) {
      run = RunCertifier.certify(choice.folder(), progress);
    }
    Certification certification = run.record().certification();
    if (certification == null) {
      System.err.println(run.record().failure());
      return 1;
    }
    Gap vra = certification.vra();
    System.out.printf(
        "%s: VRA at %s estimated %.2f %%, certified %.2f %%; of the gap %.2f points come from bounds"
            + " and %.2f from rounding; %d samples refused, %.0f s%n",
        run.dataTitle(),
        experiment.radius(),
        100 * vra.estimated(),
        100 * vra.certified(),
        100 * vra.bound(),
        100 * vra.rounding(),
        certification.refused(),
        certification.seconds());
    return 0;
  }

  /**
   * The program.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    ExperimentChoice.main(new CertifyCommand(), arguments);
  }
}
