package org.lipkit.cost;

import ai.djl.ndarray.NDManager;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.lipkit.data.Dataset;
import org.lipkit.data.Datasets;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;
import org.lipkit.layer.Classifier;
import org.lipkit.model.LayerCost;
import org.lipkit.tensor.Tensors;

/**
 * Multiply-adds: what a network and its training cost in arithmetic, on any machine. The linear
 * layers applied to images are counted. What is done once per batch, such as norms, is not.
 */
public final class Operations {

  /** A backward pass takes gradients by the inputs and by the weights, each as long as forward. */
  private static final double PASSES = 3;

  private Operations() {}

  /**
   * Multiply-adds of one image's forward pass, added up over the layers.
   *
   * @param classifier an initialised classifier
   * @return as {@link LayerCost} counts them
   */
  public static long perImage(Classifier classifier) {
    return LayerCost.multiplyAdds(LayerCost.of(classifier));
  }

  /**
   * The same for an experiment's model.
   *
   * @param experiment the experiment
   * @return multiply-adds of one image's forward pass
   */
  public static long perImage(Experiment experiment) {
    try (NDManager manager = Tensors.newManager()) {
      return perImage(experiment.firstWeights(manager));
    }
  }

  /**
   * Multiply-adds of a training: images x epochs x 3 x those of an image's forward pass.
   *
   * @param run what was trained, for as many epochs as it has
   * @param perImage as {@link #perImage(Experiment)} counts them
   * @return the product, or nothing where the number of training images is not known; where readers
   *     have different parts of a data set, it is known only with the recorded files
   */
  public static OptionalDouble ofTraining(Run run, long perImage) {
    return product(trainImages(run), run.history().size(), perImage);
  }

  /**
   * Multiply-adds of a training on official data that nobody has run.
   *
   * @param experiment what would be trained
   * @param perImage as {@link #perImage(Experiment)} counts them
   * @return the product, or nothing where the number of training images is not known
   */
  public static OptionalDouble ofTraining(Experiment experiment, long perImage) {
    return product(trainImages(experiment), experiment.recipe().epochs(), perImage);
  }

  private static OptionalDouble product(OptionalInt images, int epochs, long perImage) {
    return images.isPresent()
        ? OptionalDouble.of(PASSES * epochs * images.getAsInt() * perImage)
        : OptionalDouble.empty();
  }

  private static OptionalInt trainImages(Experiment experiment) {
    return experiment.trainImages() > 0
        ? OptionalInt.of(experiment.trainImages())
        : Datasets.officialTrainImages(experiment.data());
  }

  private static OptionalInt trainImages(Run run) {
    Experiment experiment = run.experiment();
    if (run.isMadeUp()) {
      return OptionalInt.of(run.dataset().train().size());
    }
    OptionalInt known = trainImages(experiment);
    if (known.isPresent()) {
      return known;
    }
    Dataset here = run.dataset();
    return here.checksums().equals(run.record().data().checksums())
        ? OptionalInt.of(here.train().size())
        : OptionalInt.empty();
  }
}
