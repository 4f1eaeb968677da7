package org.lipkit.cost;

import ai.djl.ndarray.NDManager;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.lipkit.data.Datasets;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
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
   * Multiply-adds of one image's forward pass through an experiment's model.
   *
   * @param experiment the experiment
   * @return multiply-adds of one image's forward pass
   */
  public static long perImage(Experiment experiment) {
    try (NDManager manager = Tensors.newManager()) {
      return experiment.firstWeights(manager).multiplyAdds();
    }
  }

  /**
   * Multiply-adds of a training: images x epochs x 3 x those of one image's forward pass.
   *
   * @param run what was trained, for as many epochs as it has
   * @return the product
   */
  public static double ofTraining(Run run) {
    RunRecord record = run.record();
    return product(
        record.data().trainImages(), run.history().size(), record.network().multiplyAdds());
  }

  /**
   * Multiply-adds of a training on official data that nobody has run.
   *
   * @param experiment what would be trained
   * @param perImage as {@link #perImage(Experiment)} counts them
   * @return the product, or nothing where the number of training images is not known
   */
  public static OptionalDouble ofTraining(Experiment experiment, long perImage) {
    OptionalInt images =
        experiment.trainImages() > 0
            ? OptionalInt.of(experiment.trainImages())
            : Datasets.officialTrainImages(experiment.data());
    return images.isPresent()
        ? OptionalDouble.of(product(images.getAsInt(), experiment.recipe().epochs(), perImage))
        : OptionalDouble.empty();
  }

  private static double product(int images, int epochs, long perImage) {
    return PASSES * epochs * images * perImage;
  }
}
