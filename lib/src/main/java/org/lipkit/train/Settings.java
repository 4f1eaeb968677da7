package org.lipkit.train;

import java.util.List;

/**
 * How a classifier is trained.
 *
 * @param epochs passes over the training split, at least 1
 * @param batchSize samples a step
 * @param learningRate the largest learning rate
 * @param warmupEpochs epochs of linear rise from 0 to it
 * @param weightDecay the optimizer's weight decay a step, as a share of the learning rate
 * @param clipNorm the largest global gradient norm; longer gradients are scaled down to it
 * @param powerIterations iterations a step for every linear layer's norm
 * @param radius the ramp of the training radius
 * @param mixedPrecision whether activations and their gradients are in bfloat16; weights, bounds
 *     and the loss stay in float32. A recorded run takes it as asked for: where bfloat16 is slower,
 *     it stays in float32
 * @param decay how the learning rate falls after the warm-up; null for a cosine to its 1e-5th part
 * @param optimizer its name in {@link Optimizers}; null for AdamW
 * @param averaging the decay of the {@link ExponentialMovingAverage} of the weights that is
 *     evaluated and recorded, in [0, 1); 0 for the weights themselves
 * @param regularizer its name in {@link Regularizers}; null for none
 * @param noise the deviation of Gaussian noise on the training images, in pixels of [0, 1]; 0 for
 *     none
 */
public record Settings(
    int epochs,
    int batchSize,
    double learningRate,
    double warmupEpochs,
    double weightDecay,
    double clipNorm,
    int powerIterations,
    RadiusRamp radius,
    boolean mixedPrecision,
    LearningRateDecay decay,
    String optimizer,
    double averaging,
    String regularizer,
    double noise) {

  /** Checks the numbers and names; records of older runs lack the last six. */
  public Settings {
    decay = decay == null ? new LearningRateDecay.Cosine(1e-5) : decay;
    optimizer = optimizer == null ? "AdamW" : optimizer;
    regularizer = regularizer == null ? "none" : regularizer;
    require(epochs >= 1, "epochs must be at least 1, not " + epochs);
    require(batchSize >= 1, "batchSize must be at least 1, not " + batchSize);
    require(learningRate > 0, "learningRate must be above 0, not " + learningRate);
    require(
        warmupEpochs >= 0 && warmupEpochs <= epochs,
        "warmupEpochs must lie between 0 and epochs, not " + warmupEpochs);
    require(weightDecay >= 0, "weightDecay must be at least 0, not " + weightDecay);
    require(clipNorm > 0, "clipNorm must be above 0, not " + clipNorm);
    require(powerIterations >= 1, "powerIterations must be at least 1, not " + powerIterations);
    require(averaging >= 0 && averaging < 1, "averaging must lie in [0, 1), not " + averaging);
    require(noise >= 0, "noise must be at least 0, not " + noise);
    Optimizers.create(optimizer, List.of(), weightDecay);
    Regularizers.create(regularizer);
  }

  /**
   * Settings in float32 with AdamW and a cosine, without averaging or regularizer.
   *
   * @param epochs passes over the training split, at least 1
   * @param batchSize samples a step
   * @param learningRate the largest learning rate
   * @param warmupEpochs epochs of linear rise from 0 to it
   * @param weightDecay decoupled weight decay a step, as a share of the learning rate
   * @param clipNorm the largest global gradient norm
   * @param powerIterations iterations a step for every linear layer's norm
   * @param radius the ramp of the training radius
   */
  public Settings(
      int epochs,
      int batchSize,
      double learningRate,
      double warmupEpochs,
      double weightDecay,
      double clipNorm,
      int powerIterations,
      RadiusRamp radius) {
    this(
        epochs,
        batchSize,
        learningRate,
        warmupEpochs,
        weightDecay,
        clipNorm,
        powerIterations,
        radius,
        false,
        null,
        null,
        0,
        null,
        0);
  }

  /**
   * Settings that suit small networks: a twentieth of the time to warm up, no weight decay, one
   * power iteration a step, and a training radius that grows evenly from a tenth to the whole of it
   * over the first half of training.
   *
   * @param epochs passes over the training split, at least 1
   * @param batchSize samples a step
   * @param learningRate the largest learning rate
   * @param radius the training radius, in pixels of [0, 1]
   * @return the settings
   */
  public static Settings of(int epochs, int batchSize, double learningRate, double radius) {
    RadiusRamp ramp = new RadiusRamp(radius / 10, radius, epochs / 2.0, RadiusRamp.Shape.LINEAR);
    return new Settings(epochs, batchSize, learningRate, epochs / 20.0, 0, 10, 1, ramp);
  }

  /**
   * The same settings in mixed precision.
   *
   * @return the settings
   */
  public Settings inMixedPrecision() {
    return with(powerIterations, radius, true, decay, optimizer, averaging, regularizer, noise);
  }

  /**
   * The same settings without mixed precision.
   *
   * @return the settings
   */
  public Settings inFloat32() {
    return with(powerIterations, radius, false, decay, optimizer, averaging, regularizer, noise);
  }

  /**
   * The same settings with another number of power iterations a step.
   *
   * @param other at least 1
   * @return the settings
   */
  public Settings withPowerIterations(int other) {
    return with(other, radius, mixedPrecision, decay, optimizer, averaging, regularizer, noise);
  }

  /**
   * The same settings with another ramp of the training radius.
   *
   * @param other the ramp
   * @return the settings
   */
  public Settings withRadius(RadiusRamp other) {
    return with(
        powerIterations, other, mixedPrecision, decay, optimizer, averaging, regularizer, noise);
  }

  /**
   * The same settings with another decay of the learning rate.
   *
   * @param other how the learning rate falls after the warm-up
   * @return the settings
   */
  public Settings withDecay(LearningRateDecay other) {
    return with(
        powerIterations, radius, mixedPrecision, other, optimizer, averaging, regularizer, noise);
  }

  /**
   * The same settings with another optimizer.
   *
   * @param other its name in {@link Optimizers}
   * @return the settings
   */
  public Settings withOptimizer(String other) {
    return with(
        powerIterations, radius, mixedPrecision, decay, other, averaging, regularizer, noise);
  }

  /**
   * The same settings with another averaging of the weights.
   *
   * @param other the decay of the average, in [0, 1); 0 for none
   * @return the settings
   */
  public Settings withAveraging(double other) {
    return with(
        powerIterations, radius, mixedPrecision, decay, optimizer, other, regularizer, noise);
  }

  /**
   * The same settings with another regularizer.
   *
   * @param other its name in {@link Regularizers}
   * @return the settings
   */
  public Settings withRegularizer(String other) {
    return with(powerIterations, radius, mixedPrecision, decay, optimizer, averaging, other, noise);
  }

  /**
   * The same settings with noise on the training images ({@link org.lipkit.data.Noisy}), as
   * randomized smoothing asks.
   *
   * @param other its deviation, in pixels of [0, 1]; 0 for none
   * @return the settings
   */
  public Settings withNoise(double other) {
    return with(
        powerIterations, radius, mixedPrecision, decay, optimizer, averaging, regularizer, other);
  }

  private Settings with(
      int iterations,
      RadiusRamp ramp,
      boolean mixed,
      LearningRateDecay fall,
      String updates,
      double average,
      String addition,
      double sigma) {
    return new Settings(
        epochs,
        batchSize,
        learningRate,
        warmupEpochs,
        weightDecay,
        clipNorm,
        iterations,
        ramp,
        mixed,
        fall,
        updates,
        average,
        addition,
        sigma);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("Training settings: " + otherwise + ".");
    }
  }

  /**
   * The learning rate: linear warm-up from 0, then the decay. The step at time 0 does not move the
   * weights.
   *
   * @param epoch the time in epochs since the start, fractions included
   * @return the learning rate then
   */
  public double learningRateAt(double epoch) {
    return epoch < warmupEpochs
        ? learningRate * epoch / warmupEpochs
        : learningRate * decay.at(epoch, warmupEpochs, epochs);
  }
}
