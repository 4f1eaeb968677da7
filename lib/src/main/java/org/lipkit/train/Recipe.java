package org.lipkit.train;

import java.util.List;
import java.util.function.Consumer;
import org.lipkit.data.Noisy;

/**
 * How a classifier is trained: an immutable value that begins with {@link #radius} and is changed
 * by its setters, each of which returns another recipe, as in {@code Recipe.radius(36 /
 * 255.0).epochs(120).batch(128).rate(2e-3)}. Every setter has a getter of the same name.
 *
 * <p>Lengths of time are shares of training, so that they follow the number of epochs.
 */
public final class Recipe implements Cloneable {

  private int epochs = 20;
  private int batch = 128;
  private double rate = 1e-3;
  private double warmup = 0.05;
  private LearningRateDecay decay = new LearningRateDecay.Cosine(1e-5);
  private Optimizer optimizer = new AdamW(0);
  private double clip = 10;
  private RadiusRamp ramp;
  private int powerIterations = 1;
  private boolean unrolled;
  private boolean mixedPrecision;
  private double averaging;
  private Regularizer regularizer = new Regularizer.None();
  private double noise;

  private Recipe() {}

  /**
   * {@return the recipe to begin with, which suits small networks} It has 20 epochs in batches of
   * 128, Adam at 1e-3, and a training radius that grows evenly from a tenth to the whole of it in
   * the first half of training.
   *
   * @param radius the training radius eps, in pixels of [0, 1] (l2)
   */
  public static Recipe radius(double radius) {
    return radius(new RadiusRamp.Linear(radius / 10, radius, 0.5));
  }

  /**
   * {@return the recipe of {@link #radius(double)} with another ramp}
   *
   * @param ramp the training radius over time
   */
  public static Recipe radius(RadiusRamp ramp) {
    return new Recipe().ramp(ramp);
  }

  private Recipe with(Consumer<Recipe> change) {
    try {
      Recipe changed = (Recipe) clone();
      change.accept(changed);
      return changed;
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void require(boolean holds, String name, Object value, String range) {
    if (!holds) {
      throw new IllegalArgumentException(
          "A recipe's " + name + " must " + range + ", not be " + value + ".");
    }
  }

  /** {@return the passes over the training split} */
  public int epochs() {
    return epochs;
  }

  /**
   * {@return the recipe with another length of training}
   *
   * @param value passes over the training split, at least 1
   */
  public Recipe epochs(int value) {
    require(value >= 1, "epochs", value, "be at least 1");
    return with(recipe -> recipe.epochs = value);
  }

  /** {@return the images of a step} */
  public int batch() {
    return batch;
  }

  /**
   * {@return the recipe with another batch size}
   *
   * @param value images of a step, at least 1
   */
  public Recipe batch(int value) {
    require(value >= 1, "batch", value, "be at least 1");
    return with(recipe -> recipe.batch = value);
  }

  /** {@return the largest learning rate} */
  public double rate() {
    return rate;
  }

  /**
   * {@return the recipe with another learning rate}
   *
   * @param value the largest learning rate, above 0
   */
  public Recipe rate(double value) {
    require(value > 0, "rate", value, "be above 0");
    return with(recipe -> recipe.rate = value);
  }

  /** {@return the share of training in which the learning rate rises evenly from 0} */
  public double warmup() {
    return warmup;
  }

  /**
   * {@return the recipe with another warm-up}
   *
   * @param value the share of training in which the learning rate rises evenly from 0, in [0, 1]:
   *     {@code 6 / 120.0} for 6 of 120 epochs
   */
  public Recipe warmup(double value) {
    require(value >= 0 && value <= 1, "warmup", value, "be a share of training in [0, 1]");
    return with(recipe -> recipe.warmup = value);
  }

  /** {@return how the learning rate falls after the warm-up} */
  public LearningRateDecay decay() {
    return decay;
  }

  /**
   * {@return the recipe with another decay of the learning rate}
   *
   * @param value how it falls after the warm-up; at first a cosine to its 1e-5th part
   */
  public Recipe decay(LearningRateDecay value) {
    require(value != null, "decay", value, "be given");
    return with(recipe -> recipe.decay = value);
  }

  /** {@return how gradients change the weights} */
  public Optimizer optimizer() {
    return optimizer;
  }

  /**
   * {@return the recipe with another optimizer}
   *
   * @param value how gradients change the weights, weight decay included
   */
  public Recipe optimizer(Optimizer value) {
    require(value != null, "optimizer", value, "be given");
    return with(recipe -> recipe.optimizer = value);
  }

  /** {@return the largest global gradient norm} */
  public double clip() {
    return clip;
  }

  /**
   * {@return the recipe with another limit of the gradients}
   *
   * @param value the largest global gradient norm, above 0; longer gradients are scaled down to it
   */
  public Recipe clip(double value) {
    require(value > 0, "clip", value, "be above 0");
    return with(recipe -> recipe.clip = value);
  }

  /** {@return the training radius over time} */
  public RadiusRamp ramp() {
    return ramp;
  }

  /**
   * {@return the recipe with another training radius}
   *
   * @param value the radius over time
   */
  public Recipe ramp(RadiusRamp value) {
    require(value != null, "ramp", value, "be given");
    return with(recipe -> recipe.ramp = value);
  }

  /** {@return the power iterations of a step for every linear layer} */
  public int powerIterations() {
    return powerIterations;
  }

  /**
   * {@return the recipe with another number of power iterations}
   *
   * @param value their number, at least 1
   */
  public Recipe powerIterations(int value) {
    require(value >= 1, "powerIterations", value, "be at least 1");
    return with(recipe -> recipe.powerIterations = value);
  }

  /** {@return whether gradients flow through the power iterations} */
  public boolean unrolled() {
    return unrolled;
  }

  /**
   * {@return the recipe with another way for gradients}
   *
   * @param value whether gradients flow through the power iterations of a step too, as in the code
   *     of the LiResNet paper; otherwise only through the length {@code ||A v||} of their last
   *     vector, as in LMT and GloRo
   */
  public Recipe unrolled(boolean value) {
    return with(recipe -> recipe.unrolled = value);
  }

  /** {@return whether activations and their gradients are in bfloat16} */
  public boolean mixedPrecision() {
    return mixedPrecision;
  }

  /**
   * {@return the recipe with another precision}
   *
   * @param value whether activations and their gradients are in bfloat16; weights, bounds and the
   *     loss stay in float32. A recorded run takes it as asked for: where bfloat16 is slower, it
   *     stays in float32
   */
  public Recipe mixedPrecision(boolean value) {
    return with(recipe -> recipe.mixedPrecision = value);
  }

  /** {@return the decay of the weights' average, 0 for none} */
  public double averaging() {
    return averaging;
  }

  /**
   * {@return the recipe with another average of the weights, which is what is evaluated and
   * recorded}
   *
   * @param value the decay of the {@link ExponentialMovingAverage}, in [0, 1); 0 for the weights
   *     themselves
   */
  public Recipe averaging(double value) {
    require(value >= 0 && value < 1, "averaging", value, "lie in [0, 1)");
    return with(recipe -> recipe.averaging = value);
  }

  /** {@return what is done to a step beside its loss} */
  public Regularizer regularizer() {
    return regularizer;
  }

  /**
   * {@return the recipe with another regularizer}
   *
   * @param value what is done to a step beside its loss
   */
  public Recipe regularizer(Regularizer value) {
    require(value != null, "regularizer", value, "be given");
    return with(recipe -> recipe.regularizer = value);
  }

  /** {@return the deviation of the noise on the training images, 0 for none} */
  public double noise() {
    return noise;
  }

  /**
   * {@return the recipe with another noise on the training images, as randomized smoothing asks
   * ({@link Noisy})}
   *
   * @param value the deviation of the Gaussian noise, in pixels of [0, 1]; 0 for none
   */
  public Recipe noise(double value) {
    require(value >= 0, "noise", value, "be at least 0");
    return with(recipe -> recipe.noise = value);
  }

  /**
   * {@return the learning rate at a time: linear warm-up from 0, then the decay} The step at time 0
   * does not move the weights where there is a warm-up.
   *
   * @param epoch the time in epochs since the start, fractions included
   */
  public double rateAt(double epoch) {
    double start = warmup * epochs;
    return epoch < start ? rate * epoch / start : rate * decay.at(epoch, start, epochs);
  }

  /**
   * {@return the training radius at a time, in pixels of [0, 1]}
   *
   * @param epoch the time in epochs since the start, fractions included
   */
  public double radiusAt(double epoch) {
    return ramp.at(epoch, epochs);
  }

  private List<Object> values() {
    return List.of(
        epochs,
        batch,
        rate,
        warmup,
        decay,
        optimizer,
        clip,
        ramp,
        powerIterations,
        unrolled,
        mixedPrecision,
        averaging,
        regularizer,
        noise);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Recipe recipe && values().equals(recipe.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  @Override
  public String toString() {
    return "Recipe" + values();
  }
}
