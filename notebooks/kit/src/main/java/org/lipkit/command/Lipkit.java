package org.lipkit.command;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.lipkit.data.DataException;
import org.lipkit.experiment.RunScale;
import org.lipkit.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: trains, certifies, attacks and checks, and lists what there is. */
@Command(
    name = Lipkit.NAME,
    description =
        "Trains image classifiers, proves how robust they are, and lists what is recorded.",
    subcommands = {
      TrainCommand.class,
      CertifyCommand.class,
      AttackCommand.class,
      AttackZooCommand.class,
      CheckCommand.class,
      ClusterCommand.class,
      ExportCommand.class,
      DataCommand.class,
      ZooCommand.class,
      CounterexamplesCommand.class,
      ListCommand.class,
      ResultsCommand.class,
      VersionCommand.class
    },
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the work failed; one sentence says why",
      "2:the command line is wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  environment/lipkit train mnist-2c2f-emma --scale smoke",
      "  environment/lipkit zoo mnist-2c2f-fixed-margin",
      "  environment/lipkit train --help"
    })
public final class Lipkit implements Runnable {

  static final String NAME = "environment/lipkit";

  static final String INTERRUPTED =
      "The work was interrupted; what was done is kept: run this again to go on.";

  @Spec private CommandSpec spec;

  private Lipkit() {}

  /** Without a subcommand nothing is done. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /**
   * Runs the program and ends with its exit code: 0 if the work is done, 1 if it failed, 2 if the
   * command line is wrong.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    // Only a writer that was made from the stream itself hears of the stream's errors.
    System.exit(execute(program().setOut(new PrintWriter(System.out, true)), arguments));
  }

  /**
   * Runs the program; an error of the machine is told in one sentence where it has one, and so is
   * output that got lost.
   */
  static int execute(CommandLine program, String... arguments) {
    try {
      int code = program.execute(arguments);
      if (code == ExitCode.OK && program.getOut().checkError()) {
        program
            .getErr()
            .println(
                "The output could not be written whole; look whether the disk is full or what"
                    + " reads the output has ended, and run this again.");
        return ExitCode.SOFTWARE;
      }
      return code;
    } catch (OutOfMemoryError | LinkageError e) {
      program.getErr().println(sentence(e));
      return ExitCode.SOFTWARE;
    }
  }

  /** What a failure means for whoever runs the program, or null if that is not known. */
  static String sentence(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return Text.of(
          "The Java heap of %d MiB is full (%s); give it more, as in JAVA_TOOL_OPTIONS=-Xmx8g, or"
              + " take smaller batches.",
          Runtime.getRuntime().maxMemory() >> 20, failure.getMessage());
    }
    Throwable first = failure;
    boolean lacking = lacksSpace(failure);
    while (first.getCause() != null) {
      first = first.getCause();
      lacking |= lacksSpace(first);
    }
    lacking |= failure instanceof IllegalStateException && first instanceof IOException;
    String reason = String.valueOf(first.getMessage()).lines().findFirst().orElse(first.toString());
    if (failure instanceof ExceptionInInitializerError && isForeseen(first)) {
      return first.getMessage();
    }
    if (lacking) {
      return Text.of(
          "The engine failed (%s); it needs half a gigabyte of free disk for its libraries, in"
              + " ~/.djl.ai or where DJL_CACHE_DIR says, and memory for the batch.",
          reason);
    }
    if (failure instanceof EngineException) {
      return "The engine failed: " + reason + ".";
    }
    if (failure instanceof InterruptedException) {
      return INTERRUPTED;
    }
    return isForeseen(failure) ? failure.getMessage() : null;
  }

  /** Whether a failure is one of the machine's disk or memory, which a library needs to load. */
  private static boolean lacksSpace(Throwable failure) {
    return failure instanceof LinkageError
        || failure instanceof OutOfMemoryError
        || String.valueOf(failure.getMessage())
            .matches("(?s).*(No space left|out of memory|allocate memory).*");
  }

  /** Refuses options that mean nothing beside the other arguments. */
  static void refuse(CommandSpec spec, List<String> options, String why) {
    for (String option : options) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(spec.commandLine(), option + " " + why);
      }
    }
  }

  /** The program with all its subcommands; tests give it writers of their own. */
  static CommandLine program() {
    CommandLine program = new CommandLine(new Lipkit());
    // Not in the annotation: there picocli asks for the version, which starts the engine, at once.
    program.getCommandSpec().versionProvider(new Version());
    program
        .getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().versionProvider(new Version()));
    return program
        .registerConverter(RunScale.class, Lipkit::scale)
        .registerConverter(int.class, Lipkit::count)
        .setParameterExceptionHandler(WRONG_USE)
        .setExecutionExceptionHandler(FAILURE);
  }

  private static RunScale scale(String name) {
    try {
      return RunScale.of(name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** Every whole number in an option counts something. */
  private static int count(String number) {
    if (!number.matches("0*[1-9][0-9]{0,8}")) {
      throw new TypeConversionException("'" + number + "' is no whole number of at least 1");
    }
    return Integer.parseInt(number);
  }

  private static final IParameterExceptionHandler WRONG_USE =
      (exception, arguments) -> {
        CommandLine line = exception.getCommandLine();
        List<String> meant =
            exception instanceof UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions()
                : List.of();
        String hint = meant.isEmpty() ? "" : " (did you mean " + String.join(" or ", meant) + "?)";
        line.getErr()
            .printf(
                Locale.ROOT,
                "%s%s; see: %s --help%n",
                exception.getMessage(),
                hint,
                line.getCommandSpec().qualifiedName());
        return ExitCode.USAGE;
      };

  /**
   * What was foreseen is told in its own sentence, anything else with the place where it happened.
   */
  private static final IExecutionExceptionHandler FAILURE =
      (exception, line, parsed) -> {
        String sentence = sentence(exception);
        if (sentence != null) {
          line.getErr().println(sentence);
        } else {
          exception.printStackTrace(line.getErr());
        }
        return ExitCode.SOFTWARE;
      };

  private static boolean isForeseen(Throwable exception) {
    return exception instanceof IllegalArgumentException
        || exception instanceof IllegalStateException
        || exception instanceof CancellationException
        || exception instanceof DataException
        || exception instanceof UncheckedIOException;
  }
}
