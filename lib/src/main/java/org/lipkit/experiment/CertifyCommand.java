package org.lipkit.experiment;

import java.util.concurrent.Callable;
import org.lipkit.certify.Gap;
import org.lipkit.train.TerminalProgress;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds sound certificates to one recorded experiment, without training it again. */
@Command(
    name = "CertifyCommand",
    mixinStandardHelpOptions = true,
    description = "Certifies a recorded experiment from its weights and adds that to its record.")
public final class CertifyCommand implements Callable<Integer> {

  @Parameters(paramLabel = "EXPERIMENT", description = "its name; a wrong one lists them all")
  private String name;

  @Option(
      names = "--scale",
      defaultValue = "laptop",
      description = "smoke, laptop (default) or paper")
  private String scale;

  @Option(names = "--again", description = "the record under build/results instead")
  private boolean again;

  @Override
  public Integer call() {
    Experiment experiment = Catalogue.get(name, Scale.of(scale));
    Run run;
    try (TerminalProgress progress = new TerminalProgress(name)) {
      run = RunCertifier.certify(Results.folder(experiment, again), progress);
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
        run.dataset().title(),
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
    CommandLine command = new CommandLine(new CertifyCommand());
    command.setExecutionExceptionHandler(
        (exception, line, parsed) -> {
          System.err.println(exception.getMessage());
          return 1;
        });
    System.exit(command.execute(arguments));
  }
}
