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
    return folder(experiment.name(), experiment.scale(), again);
  }

  /**
   * The folder of a record that is no training run, by the same rule.
   *
   * @param name what was measured
   * @param scale how large
   * @param again whether it is to be measured although it is recorded
   * @return its folder, which need not exist yet
   */
  public static Path folder(String name, Scale scale, boolean again) {
    boolean passing = again || scale == Scale.SMOKE;
    return root()
        .resolve(passing ? "build/results" : "notebooks/results")
        .resolve(name)
        .resolve(scale.id());
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
