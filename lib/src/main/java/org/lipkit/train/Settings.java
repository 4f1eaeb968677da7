package org.lipkit.train;

/**
 * How a classifier is trained.
 *
 * @param epochs passes over the training split, at least 1
 * @param batchSize samples a step
 * @param learningRate the largest learning rate
 * @param warmupEpochs epochs of linear rise from 0 to it; a cosine then falls to its 1e-5th part
 * @param weightDecay decoupled weight decay a step, as a share of the learning rate
 * @param clipNorm the largest global gradient norm; longer gradients are scaled down to it
 * @param powerIterations iterations a step for every linear layer's norm
 * @param radius the ramp of the training radius
 * @param mixedPrecision whether activations and their gradients are in bfloat16; weights, bounds
 *     and the loss stay in float32
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
    boolean mixedPrecision) {

  /** Checks the numbers. */
  public Settings {
    require(epochs >= 1, "epochs must be at least 1, not " + epochs);
    require(batchSize >= 1, "batchSize must be at least 1, not " + batchSize);
    require(learningRate > 0, "learningRate must be above 0, not " + learningRate);
    require(
        warmupEpochs >= 0 && warmupEpochs <= epochs,
        "warmupEpochs must lie between 0 and epochs, not " + warmupEpochs);
    require(weightDecay >= 0, "weightDecay must be at least 0, not " + weightDecay);
    require(clipNorm > 0, "clipNorm must be above 0, not " + clipNorm);
    require(powerIterations >= 1, "powerIterations must be at least 1, not " + powerIterations);
  }

  /** Settings in float32 throughout. */
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
        false);
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
   * These settings with activations and their gradients in bfloat16.
   *
   * @return the other settings
   */
  public Settings inMixedPrecision() {
    return new Settings(
        epochs,
        batchSize,
        learningRate,
        warmupEpochs,
        weightDecay,
        clipNorm,
        powerIterations,
        radius,
        true);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("Training settings: " + otherwise + ".");
    }
  }

  /**
   * The learning rate: linear warm-up, then a cosine down to its 1e-5th part (Hu et al. 2023,
   * appendix).
   *
   * @param epoch the time in epochs since the start, fractions included
   * @return the learning rate then
   */
  public double learningRateAt(double epoch) {
    if (epoch < warmupEpochs) {
      return learningRate * epoch / warmupEpochs;
    }
    double share = Math.min(1, (epoch - warmupEpochs) / Math.max(epochs - warmupEpochs, 1e-9));
    double floor = 1e-5;
    return learningRate * (floor + (1 - floor) * (1 + Math.cos(Math.PI * share)) / 2);
  }
}
