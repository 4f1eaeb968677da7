package org.lipkit.command;

import java.nio.file.Path;
import java.util.List;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.RunScale;
import picocli.CommandLine.Option;

/** The options that tell which run of an experiment is meant. */
final class RunOptions {

  /** The names of the options, to tell them from those of a file. */
  static final List<String> NAMES = List.of("--scale", "--again");

  @Option(
      names = "--scale",
      paramLabel = "SCALE",
      defaultValue = "laptop",
      description = "smoke, laptop (default) or paper")
  private RunScale scale;

  @Option(
      names = "--again",
      description = "work in build/results and leave the recorded runs as they are")
  private boolean again;

  RunScale scale() {
    return scale;
  }

  /** Where the run of an experiment lies or will lie. */
  Path folder(String name) {
    return Results.folder(name, scale, again);
  }
}
