package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.lipkit.bound.CachedNorm;
import org.lipkit.bound.SoundNorm;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.layer.Classifier;

/**
 * A trained model of a recorded run with its sound certifier: certificates within seconds, without
 * training. Its folder is all that it needs, the data set's files are not.
 *
 * @param run the record that the weights come from
 * @param classifier the trained model
 * @param certifier certifies what the model predicts in float32, every rounding counted; its norms
 *     are proved once and kept beside the weights
 */
public record Zoo(Run run, Classifier classifier, SoundCertifier certifier) {

  /**
   * The recorded runs that have weights.
   *
   * @return their experiments' names in alphabetical order
   */
  public static List<String> names() {
    return folders().stream().map(Zoo::name).distinct().toList();
  }

  /**
   * Loads the model of a recorded run, the largest run scale that there is.
   *
   * @param name one of {@link #names()}
   * @param manager owns the weights
   * @return the model
   * @throws IllegalArgumentException if no such run has weights, or a file is missing or damaged
   */
  public static Zoo load(String name, NDManager manager) {
    return folders().stream()
        .filter(folder -> name(folder).equals(name))
        .max(Comparator.comparing(folder -> RunScale.of(folder.getFileName().toString())))
        .map(folder -> load(folder, manager))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No recorded run \"" + name + "\" has weights; there are " + names() + "."));
  }

  /**
   * Loads the model of a run from anywhere. The norms in its {@code norms.properties} are believed;
   * delete that file in a folder from somebody else, and they are proved anew.
   *
   * @param folder holds {@code run.json}, {@code history.csv}, {@code samples.csv}, {@code
   *     weights.npz} and, where they were proved before, {@code norms.properties}
   * @param manager owns the weights
   * @return the model
   * @throws IllegalArgumentException if a file is missing or damaged
   */
  public static Zoo load(Path folder, NDManager manager) {
    Run run = Run.load(folder);
    Classifier classifier = run.classifier(manager);
    CachedNorm norms = new CachedNorm(SoundNorm.TIGHT, folder.resolve(Run.NORMS));
    return new Zoo(run, classifier, new SoundCertifier(classifier, norms));
  }

  private static List<Path> folders() {
    return Results.folders(Results.recordedRoot()).stream()
        .filter(folder -> Files.exists(folder.resolve(Run.WEIGHTS)))
        .toList();
  }

  private static String name(Path folder) {
    return folder.getParent().getFileName().toString();
  }
}
