package org.lipkit.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lipkit.text.Given;

/** Where records lie. */
public final class Results {

  private static final String RECORDED = "notebooks/results";

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
    return folder(Given.notNull("The experiment", experiment).name(), experiment.scale(), again);
  }

  /**
   * The folder of a record that is no training run, by the same rule.
   *
   * @param name what was measured
   * @param scale how large
   * @param again whether it is to be measured although it is recorded
   * @return its folder, which need not exist yet
   */
  public static Path folder(String name, RunScale scale, boolean again) {
    boolean passing = again || scale == RunScale.SMOKE;
    return root().resolve(passing ? "build/results" : RECORDED).resolve(name).resolve(scale.id());
  }

  /**
   * Every finished run in {@code notebooks/results} of the checkout.
   *
   * @return in the order of their folders' names, diverged ones too
   */
  public static List<Run> recorded() {
    return recorded(recordedRoot());
  }

  /**
   * Every finished run in a folder.
   *
   * @param results has one folder for each experiment, which has one for each run scale
   * @return in the order of their folders' names, diverged ones too
   * @throws IllegalArgumentException if a file of a record is missing or damaged
   */
  public static List<Run> recorded(Path results) {
    return folders(results).parallelStream().map(Run::load).toList();
  }

  static Path recordedRoot() {
    return root().resolve(RECORDED);
  }

  static List<Path> folders(Path results) {
    if (!Files.isDirectory(results)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.walk(results, 2)) {
      return folders.filter(Run::exists).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /**
   * The folder of what is recorded on published counterexamples, by the same rule as {@link
   * #folder}.
   *
   * @param again whether it is to be computed although it is recorded
   * @return the folder, which need not exist yet
   */
  public static Path counterexamples(boolean again) {
    return root().resolve(again ? "build/results" : RECORDED).resolve("counterexamples");
  }

  /**
   * The checkout: the system property {@code lipkit.root} where the program was told, else the one
   * around the working directory, or the working directory itself.
   *
   * @return the folder
   */
  public static Path root() {
    String told = System.getProperty("lipkit.root");
    if (told != null) {
      return Path.of(told);
    }
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(RECORDED))) {
        return folder;
      }
    }
    return here;
  }
}
