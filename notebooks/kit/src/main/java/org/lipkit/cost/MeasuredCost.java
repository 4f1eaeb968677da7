package org.lipkit.cost;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.lipkit.bound.Bound;
import org.lipkit.bound.CachedNorm;
import org.lipkit.bound.NormMethod;
import org.lipkit.bound.PowerIteration;
import org.lipkit.bound.SoundNorm;
import org.lipkit.catalogue.ImageNetExperiments;
import org.lipkit.certify.Certifier;
import org.lipkit.certify.SoundCertifier;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.experiment.Provenance;
import org.lipkit.experiment.RecordFiles;
import org.lipkit.experiment.Run;
import org.lipkit.layer.Classifier;
import org.lipkit.loss.Emma;
import org.lipkit.model.LayerCost;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.Recipe;
import org.lipkit.train.Trainer;
import org.lipkit.train.TrainingListener;

/**
 * What a network of the paper costs on this machine with its first weights, on made-up images of
 * 224 x 224 pixels and 1000 classes. Times are those of {@link CoreTime}.
 *
 * @param model the architecture's name
 * @param layers its layers
 * @param smallStep a training step of {@link #SMALL} images in mixed precision, with 10 power
 *     iterations
 * @param largeStep the same with {@link #LARGE} images
 * @param estimate the body's constant by {@link PowerIteration#QUICK}
 * @param estimateSeconds how long that took
 * @param proved the same from above
 * @param proofSeconds how long that took
 * @param estimatedImage one image's estimated certificate, norms known
 * @param certifiedImage one image's certificate for the float32 program, norms known
 * @param environment versions and machine
 * @param gitCommit the commit of the code that measured
 * @param finished when, in UTC
 */
public record MeasuredCost(
    String model,
    List<LayerCost> layers,
    double smallStep,
    double largeStep,
    Bound estimate,
    double estimateSeconds,
    Bound proved,
    double proofSeconds,
    double estimatedImage,
    double certifiedImage,
    Map<String, String> environment,
    String gitCommit,
    String finished) {

  /** Images of the small step. */
  public static final int SMALL = 2;

  /** Images of the large step. */
  public static final int LARGE = 10;

  private static final String FILE = "cost.json";
  private static final int SIDE = 224;
  private static final int CLASSES = 1000;
  private static final int CERTIFIED = 4;

  /**
   * Reads a measurement, or makes it if the folder has none.
   *
   * @param model the architecture's name
   * @param folder where its file lies or goes
   * @param progress told in a few words what is being done
   * @return the measurement
   * @throws IllegalArgumentException if the folder holds another model's
   */
  public static MeasuredCost of(String model, Path folder, Consumer<String> progress) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      RecordFiles.writeJson(file, measure(model, folder, progress));
    }
    MeasuredCost found = RecordFiles.readJson(file, MeasuredCost.class);
    if (!found.model.equals(model)) {
      throw new IllegalArgumentException(
          file + " is about " + found.model + "; delete it to measure " + model + ".");
    }
    return found;
  }

  private static MeasuredCost measure(String model, Path folder, Consumer<String> progress) {
    Images images = MadeUp.textures(SIDE, CLASSES, 0).train();
    Path norms = folder.resolve(Run.NORMS);
    // So that the proof is timed, and not the reading of one that a stopped measurement left.
    RecordFiles.delete(norms);
    try (NDManager manager = Tensors.newManager()) {
      progress.accept("training steps");
      double small = step(model, SMALL, images);
      double large = step(model, LARGE, images);
      Classifier classifier = fresh(model, manager);
      progress.accept("power iteration");
      double started = CoreTime.seconds();
      Bound estimate = classifier.body().bound(PowerIteration.QUICK);
      double estimated = CoreTime.seconds();
      progress.accept("norms from above");
      NormMethod cached = new CachedNorm(SoundNorm.TIGHT, norms);
      Bound proved = classifier.body().bound(cached);
      double finished = CoreTime.seconds();
      progress.accept("certificates");
      Images some = images.evenlySpaced(CERTIFIED);
      Certifier estimates = new Certifier(classifier, new PowerIteration(1, 0));
      double before = CoreTime.seconds();
      estimates.certify(some, CERTIFIED, done -> {});
      double between = CoreTime.seconds();
      double prepared;
      double after;
      try (SoundCertifier proofs = new SoundCertifier(classifier, cached)) {
        prepared = CoreTime.seconds();
        proofs.certify(some, CERTIFIED, done -> {});
        after = CoreTime.seconds();
      }
      Provenance here = Provenance.here();
      return new MeasuredCost(
          model,
          LayerCost.of(classifier),
          small,
          large,
          estimate,
          estimated - started,
          proved,
          finished - estimated,
          (between - before) / CERTIFIED,
          (after - prepared) / CERTIFIED,
          here.environment(),
          here.gitCommit(),
          Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }
  }

  private static Classifier fresh(String model, NDManager manager) {
    return Models.create(model, SIDE, CLASSES, 1)
        .initialize(manager, DataType.FLOAT32, new Shape(3, SIDE, SIDE));
  }

  /** The second of two steps: the first one also creates the optimizer's state. */
  private static double step(String model, int batch, Images images) {
    List<Double> ends = new ArrayList<>();
    TrainingListener clock =
        new TrainingListener() {
          @Override
          public void stepEnded(long done, long total, double loss) {
            ends.add(CoreTime.seconds());
          }
        };
    try (NDManager manager = Tensors.newManager()) {
      Recipe recipe = ImageNetExperiments.published().epochs(1).batch(batch);
      Trainer.of(fresh(model, manager), new Emma(), recipe)
          .listener(clock)
          .train(images.evenlySpaced(2 * batch));
    }
    return ends.get(1) - ends.get(0);
  }

  /**
   * How much each image adds to the time of a step.
   *
   * @return core-seconds; 0 if the clock is too coarse for a small network
   */
  public double secondsAnImage() {
    return Math.max(0, largeStep - smallStep) / (LARGE - SMALL);
  }

  /**
   * An extrapolation: a step with more images, by the line through the two measured ones.
   *
   * @param batch the number of images
   * @return core-seconds
   */
  public double step(int batch) {
    return smallStep + (batch - SMALL) * secondsAnImage();
  }
}
