package org.lipkit.experiment;

import ai.djl.ndarray.NDArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.lipkit.certify.Certificate;
import org.lipkit.layer.Classifier;
import org.lipkit.smoothing.SmoothedClassifier;
import org.lipkit.smoothing.SmoothedRadius;
import org.lipkit.smoothing.Smoothing;
import org.lipkit.tensor.BFloat16;
import org.lipkit.text.Given;

/**
 * Randomized smoothing of a run's model on some of its test images, as {@code smoothing.json} in
 * the run's folder keeps it. The base classifier runs in mixed precision where the recipe asks for
 * it, in whatever precision the model was trained: what smoothing says holds for any classifier, so
 * also for one in bfloat16.
 *
 * @param settings the noise and the numbers of draws
 * @param radii one for each image of an evenly spaced subset of the run's test split
 * @param seconds the time that it took
 * @param environment versions and machine
 * @param gitCommit the commit of the code that ran
 */
public record SmoothedRun(
    Smoothing settings,
    List<SmoothedRadius> radii,
    double seconds,
    Map<String, String> environment,
    String gitCommit) {

  private static final String FILE = "smoothing.json";

  /**
   * Reads the record, or makes it if the run's folder has none.
   *
   * @param run the run, with its weights if there is no record
   * @param settings the noise and the numbers of draws
   * @param images how many test images, all where there are fewer
   * @param done told the number of images finished so far
   * @return the record
   * @throws IllegalArgumentException if the settings have too few draws to prove anything, if the
   *     record is about other settings or images, or the weights are missing
   * @throws IllegalStateException if there is no record and the run's test images are not on this
   *     machine
   */
  public static SmoothedRun of(Run run, Smoothing settings, int images, IntConsumer done) {
    return of(run, settings, images, Workers.HERE, done);
  }

  /**
   * Reads the record or makes it as {@link #of(Run, Smoothing, int, IntConsumer)} does, with work
   * that is divided.
   *
   * @param run the run, with its weights if there is no record
   * @param settings the noise and the numbers of draws
   * @param images how many test images, all where there are fewer
   * @param workers who draw
   * @param done told the number of images finished so far
   * @return the record, or what was done before the thread was interrupted, which is not recorded
   */
  public static SmoothedRun of(
      Run run, Smoothing settings, int images, Workers workers, IntConsumer done) {
    Path file = run.folder().resolve(FILE);
    int count = Math.min(images, run.samples().size());
    if (settings.largestRadius() == 0) {
      throw Given.refused(
          "%d draws prove nothing at alpha %s, even if all agree; take at least %.0f.",
          settings.draws(),
          settings.alpha(),
          Math.floor(Math.log(settings.alpha()) / Math.log(0.5)) + 1);
    }
    if (!Files.exists(file)) {
      SmoothedRun made = smooth(run, settings, count, workers, done);
      if (made.radii.size() < count) {
        return made;
      }
      RecordFiles.writeJson(file, made);
    }
    SmoothedRun found = RecordFiles.readJson(file, SmoothedRun.class);
    if (!found.settings.equals(settings) || found.radii.size() != count) {
      throw new IllegalArgumentException(
          file
              + " is about "
              + found.radii.size()
              + " images with "
              + found.settings
              + "; delete it to smooth anew.");
    }
    return found;
  }

  private static SmoothedRun smooth(
      Run run, Smoothing settings, int count, Workers workers, IntConsumer done) {
    try (OpenRun open = new OpenRun(run)) {
      open.images();
      long started = System.nanoTime();
      Workers.Divided<SmoothedRadius> found =
          workers.divide(
              open,
              (here, range, finished) ->
                  smoothed(here, settings)
                      .radii(here.images().evenlySpaced(count), range, finished),
              count,
              1,
              done);
      double seconds = (System.nanoTime() - started) / 1e9;
      Provenance provenance = Provenance.together(found.provenances());
      return new SmoothedRun(
          settings, found.results(), seconds, provenance.environment(), provenance.gitCommit());
    }
  }

  private static SmoothedClassifier smoothed(OpenRun open, Smoothing settings) {
    Classifier classifier = open.classifier();
    boolean mixed = open.run().experiment().recipe().mixedPrecision();
    UnaryOperator<NDArray> base = x -> classifier.apply(mixed ? BFloat16.of(x) : x);
    return new SmoothedClassifier(base, settings, open.run().experiment().seed(), open.manager());
  }

  /**
   * What another run proves of the same images.
   *
   * @param other a certified run with the same test split
   * @return its certificates for the float32 program
   */
  public List<Certificate> sameImages(Run other) {
    return other.evenlySpaced(radii.size()).stream().map(Sample::certified).toList();
  }
}
