package org.lipkit.command;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.data.DataException;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Scale;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line's choice of one experiment, shared by the programs that work on one. */
final class ExperimentChoice {

  @Parameters(paramLabel = "EXPERIMENT", description = "its name; a wrong one lists them all")
  private String name;

  @Option(
      names = "--scale",
      defaultValue = "laptop",
      description = "smoke, laptop (default) or paper")
  private String scale;

  @Option(
      names = "--again",
      description = "leave the recorded run alone and work in build/results instead")
  private boolean again;

  String name() {
    return name;
  }

  Experiment experiment() {
    return Catalogue.get(name, Scale.of(scale));
  }

  Path folder() {
    return Results.folder(experiment(), again);
  }

  /**
   * Runs a program to its end. A failure that was foreseen is told in its own sentence, any other
   * with the place where it happened.
   */
  static void main(Callable<Integer> program, String... arguments) {
    CommandLine command = new CommandLine(program);
    command.setExecutionExceptionHandler(
        (exception, line, parsed) -> {
          if (isForeseen(exception)) {
            System.err.println(exception.getMessage());
          } else {
            exception.printStackTrace();
          }
          return 1;
        });
    System.exit(command.execute(arguments));
  }

  private static boolean isForeseen(Exception exception) {
    return exception instanceof IllegalArgumentException
        || exception instanceof IllegalStateException
        || exception instanceof DataException
        || exception instanceof UncheckedIOException;
  }
}
