package org.lipkit.experiment;

import org.lipkit.catalogue.Catalogue;
import org.lipkit.train.Settings;

/**
 * A run described as data: everything that decides its numbers.
 *
 * @param name the experiment's name in the {@link Catalogue}
 * @param scale how large this version of it is
 * @param dataset the data set's id
 * @param trainImages how many training images to use, 0 for all
 * @param testImages how many test images to evaluate on, 0 for all
 * @param crop padding of the random crop of the training view, in pixels; 0 for no augmentation,
 *     otherwise images are flipped too
 * @param model the architecture's name
 * @param loss the loss's name
 * @param training how it is trained
 * @param radius the radius that the results are reported at, in pixels of [0, 1]
 * @param evaluateEvery epochs between two evaluations on the test split
 * @param seed of the first weights, the order and the augmentation
 */
public record Experiment(
    String name,
    Scale scale,
    String dataset,
    int trainImages,
    int testImages,
    int crop,
    String model,
    String loss,
    Settings training,
    double radius,
    int evaluateEvery,
    long seed) {

  /**
   * How the model is trained, in a few words for tables and charts.
   *
   * @return the loss, and the regularizer and the noise if there are such
   */
  public String method() {
    String regularizer = training.regularizer();
    String method = regularizer.equals("none") ? loss : loss + ", " + regularizer;
    return training.noise() == 0 ? method : method + ", noise " + training.noise();
  }

  /** The same experiment with neither seed nor the name that tells it. */
  Experiment withoutSeed() {
    return with("", training, 0);
  }

  /** The same experiment without mixed precision. */
  Experiment inFloat32() {
    return with(name, training.inFloat32(), seed);
  }

  private Experiment with(String otherName, Settings settings, long otherSeed) {
    return new Experiment(
        otherName,
        scale,
        dataset,
        trainImages,
        testImages,
        crop,
        model,
        loss,
        settings,
        radius,
        evaluateEvery,
        otherSeed);
  }
}
