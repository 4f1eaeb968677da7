package org.lipkit.command;

import java.nio.file.Path;
import org.lipkit.experiment.Run;
import org.lipkit.text.Given;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The argument of the subcommands that work on a finished run: its experiment or its folder. */
final class FinishedRun {

  @Parameters(paramLabel = "RUN", description = "an experiment's name, or the folder of a run")
  private String run;

  @Mixin private RunOptions options;

  /** What the run is called on the screen. */
  String title() {
    return run;
  }

  private static boolean isName(Path given) {
    return given.getNameCount() == 1 && !given.isAbsolute();
  }

  /**
   * The run's folder.
   *
   * @throws IllegalArgumentException if it holds no finished run
   * @throws IllegalStateException if the run diverged
   */
  Path folder() {
    return folder(run, options);
  }

  /** The folder of the run that an argument and the options name; see {@link #folder()}. */
  static Path folder(String run, RunOptions options) {
    Path given = Path.of(run);
    Path folder = Run.exists(given) || !isName(given) ? given : options.folder(run);
    if (!Run.exists(folder)) {
      throw Given.refused(
          "There is no finished run in %s; \"%s results\" lists the recorded runs, and \"%2$s"
              + " train NAME\" makes one.",
          folder, Lipkit.NAME);
    }
    Run.load(folder).requireComplete();
    return folder;
  }
}
