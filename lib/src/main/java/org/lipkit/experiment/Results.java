package org.lipkit.experiment;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where records lie. */
public final class Results {

  private Results() {}

  /**
   * The folder of an experiment's record. Recorded runs lie in {@code notebooks/results} of the
   * checkout; smoke runs and runs made again lie in {@code build/results}, so that they never
   * replace a recorded one.
   *
   * @param experiment the experiment
   * @param again whether it is to be run although it is recorded
   * @return its folder, which need not exist yet
   */
  public static Path folder(Experiment experiment, boolean again) {
    boolean passing = again || experiment.scale() == Scale.SMOKE;
    return root()
        .resolve(passing ? "build/results" : "notebooks/results")
        .resolve(experiment.name())
        .resolve(experiment.scale().id());
  }

  /**
   * The folder of the recorded benchmark, or, where none is recorded, the one that {@code
   * environment/bench} writes to.
   *
   * @return the folder, which need not exist yet
   */
  public static Path benchmark() {
    Path recorded = root().resolve("notebooks/results/benchmark");
    return Files.isDirectory(recorded) ? recorded : root().resolve("build/benchmark");
  }

  /** The checkout around the working directory, or the working directory itself. */
  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("notebooks/results"))) {
        return folder;
      }
    }
    return here;
  }
}
