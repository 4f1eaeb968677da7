package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.Tensors;

/**
 * A trained model of a recorded run with its sound certifier: certificates within seconds, without
 * training. Its folder is all that it needs, the data set's files are not. The weights live until
 * it is closed:
 *
 * <pre>{@code
 * try (Zoo zoo = Zoo.load("mnist-2c2f-fixed-margin")) {
 *   zoo.certifier().certify(images);
 * }
 * }</pre>
 */
public final class Zoo implements AutoCloseable {

  private final Run run;
  private final NDManager manager;
  private final SoundCertifier certifier;

  private Zoo(Run run) {
    this.run = run;
    this.manager = Tensors.newProcessorManager();
    try {
      this.certifier = RunCertifier.certifier(run, manager);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * The recorded runs that have weights.
   *
   * @return their experiments' names in alphabetical order
   */
  public static List<String> names() {
    return List.copyOf(folders().keySet());
  }

  /**
   * Where the recorded runs lie that have weights.
   *
   * @return by the experiment's name the folder of its largest run scale that there is
   */
  public static SortedMap<String, Path> folders() {
    BinaryOperator<Path> larger =
        BinaryOperator.maxBy(
            Comparator.comparing(folder -> RunScale.of(folder.getFileName().toString())));
    SortedMap<String, Path> folders = new TreeMap<>();
    for (Path folder : Results.folders(Results.recordedRoot())) {
      if (Files.exists(folder.resolve(Run.WEIGHTS))) {
        folders.merge(folder.getParent().getFileName().toString(), folder, larger);
      }
    }
    return folders;
  }

  /**
   * Loads the model of a recorded run, the largest run scale that there is.
   *
   * @param name one of {@link #names()}
   * @return the model
   * @throws IllegalArgumentException if no such run has weights, or a file is missing or damaged
   */
  public static Zoo load(String name) {
    Path folder = folders().get(name);
    if (folder == null) {
      throw new IllegalArgumentException(
          "No recorded run \"" + name + "\" has weights; there are " + names() + ".");
    }
    return load(folder);
  }

  /**
   * Loads the model of a run from anywhere. Its norms are proved once and kept beside the weights
   * where the folder can be written to; {@link org.lipkit.bound.CachedNorm} says how far kept ones
   * are believed.
   *
   * @param folder holds {@code run.json}, {@code history.csv}, {@code samples.csv}, {@code
   *     weights.npz} and, where they were proved before, {@code norms.properties}
   * @return the model
   * @throws IllegalArgumentException if a file is missing or damaged, or a kept norm is too low
   */
  public static Zoo load(Path folder) {
    return new Zoo(Run.load(folder));
  }

  /** {@return the record that the weights come from} */
  public Run run() {
    return run;
  }

  /** {@return the trained model, frozen} */
  public Classifier classifier() {
    return certifier.classifier();
  }

  /** {@return what certifies what the model predicts in float32, every rounding counted} */
  public SoundCertifier certifier() {
    return certifier;
  }

  /** Frees the weights and what the proof needs. */
  @Override
  public void close() {
    certifier.close();
    manager.close();
  }
}
