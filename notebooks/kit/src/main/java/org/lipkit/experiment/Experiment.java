package org.lipkit.experiment;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.Serializable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lipkit.data.Augmented;
import org.lipkit.data.Dataset;
import org.lipkit.data.Images;
import org.lipkit.layer.Classifier;
import org.lipkit.loss.Emma;
import org.lipkit.loss.Loss;
import org.lipkit.model.Models;
import org.lipkit.text.Given;
import org.lipkit.train.Recipe;
import org.lipkit.train.Regularizer;

/**
 * A run described as data: everything that decides its numbers. An immutable value that begins with
 * {@link #named} and is changed by its setters, each of which returns another experiment:
 *
 * <pre>{@code
 * Experiment.named("my-run").data("mnist").model("2C2F").loss(new Emma())
 *     .recipe(Recipe.radius(0.45).epochs(10)).radius(0.3)
 * }</pre>
 *
 * <p>Data, model, recipe and radius must be set, the rest has defaults. Two experiments are equal
 * if their records are: a network, a loss or data of one's own are known by their names.
 */
public final class Experiment implements Cloneable, Serializable {

  private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private String name;
  private RunScale scale = RunScale.LAPTOP;
  private DataChoice data;
  private int trainImages;
  private int testImages;
  private int crop;
  private ModelChoice model;
  private Loss loss = new Emma();
  private Recipe recipe;
  private double radius;
  private int evaluateEvery = 1;
  private long seed = 1;

  private Experiment() {}

  /**
   * An experiment at laptop scale with EMMA, on all images as they are, evaluated after every
   * epoch, with seed 1.
   *
   * @param name letters, digits, ".", "-" and "_": the record's folder has this name
   * @return the experiment, still without data, model, recipe and radius
   */
  public static Experiment named(String name) {
    return new Experiment().name(name);
  }

  private Experiment with(Consumer<Experiment> change) {
    try {
      Experiment changed = (Experiment) clone();
      change.accept(changed);
      return changed;
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Refuses a name of one's own by which the library knows something else. */
  static void requireFree(String name, String what, Runnable lookUp) {
    try {
      lookUp.run();
    } catch (IllegalArgumentException e) {
      return;
    }
    throw Given.refused("\"%s\" is a %s of the library; give your own another name.", name, what);
  }

  /** Refuses an experiment that cannot be run or recorded yet. */
  Experiment requireWhole() {
    require(data != null, name + " has no data; set them, for example .data(\"mnist\").");
    require(model != null, name + " has no model; set it, for example .model(\"2C2F\").");
    require(
        recipe != null, name + " has no recipe; set it, for example .recipe(Recipe.radius(1)).");
    require(radius > 0, name + " has no radius to report results at; set it, as in .radius(0.3).");
    Stream.of(loss, recipe.optimizer(), recipe.decay(), recipe.ramp(), recipe.regularizer())
        .forEach(Parts::label);
    return this;
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /**
   * Sets the name.
   *
   * @param value letters, digits, ".", "-" and "_": the record's folder has this name
   * @return the experiment with it
   */
  public Experiment name(String value) {
    require(
        FOLDER.matcher(Given.notNull("An experiment's name", value)).matches(),
        "An experiment's name is the name of a folder: use letters, digits, '.', '-' and '_', not"
            + " \""
            + value
            + "\".");
    return with(experiment -> experiment.name = value);
  }

  /** {@return how large this version of the experiment is} */
  public RunScale scale() {
    return scale;
  }

  /**
   * Sets the run scale.
   *
   * @param value how large this version of the experiment is
   * @return the experiment with it
   */
  public Experiment scale(RunScale value) {
    Given.notNull("An experiment's run scale", value);
    return with(experiment -> experiment.scale = value);
  }

  /** {@return the data set's id, or the name of one's own data} */
  public String data() {
    return data.name();
  }

  /**
   * Sets the data.
   *
   * @param id the id of a data set of the library
   * @return the experiment with it
   */
  public Experiment data(String id) {
    return data(DataChoice.of(id));
  }

  /**
   * Sets data of one's own.
   *
   * @param title what tables and records call them; other data need another name
   * @param own the data set
   * @return the experiment with it
   */
  public Experiment data(String title, Dataset own) {
    return data(DataChoice.of(title, own));
  }

  private Experiment data(DataChoice value) {
    return with(experiment -> experiment.data = value);
  }

  /** {@return how many training images are used, 0 for all} */
  public int trainImages() {
    return trainImages;
  }

  /**
   * Sets how many training images are used.
   *
   * @param value an evenly spaced subset of so many, or 0 for all
   * @return the experiment with it
   */
  public Experiment trainImages(int value) {
    require(value >= 0, "trainImages must be at least 0, not " + value + ".");
    return with(experiment -> experiment.trainImages = value);
  }

  /** {@return how many test images are evaluated, 0 for all} */
  public int testImages() {
    return testImages;
  }

  /**
   * Sets how many test images are evaluated.
   *
   * @param value an evenly spaced subset of so many, or 0 for all
   * @return the experiment with it
   */
  public Experiment testImages(int value) {
    require(value >= 0, "testImages must be at least 0, not " + value + ".");
    return with(experiment -> experiment.testImages = value);
  }

  /** {@return the padding of the random crop, 0 for no augmentation} */
  public int crop() {
    return crop;
  }

  /**
   * Sets the augmentation of the training images.
   *
   * @param value padding of the random crop, in pixels, with which images are flipped too; 0 for no
   *     augmentation
   * @return the experiment with it
   */
  public Experiment crop(int value) {
    require(value >= 0, "crop must be at least 0, not " + value + ".");
    return with(experiment -> experiment.crop = value);
  }

  /** {@return the network's name} */
  public String model() {
    return model.name();
  }

  /**
   * Sets the network.
   *
   * @param architecture its name in {@link Models}
   * @return the experiment with it
   */
  public Experiment model(String architecture) {
    return model(ModelChoice.of(architecture));
  }

  /**
   * Sets a network of one's own.
   *
   * @param title what tables and records call it; another network needs another name
   * @param own makes the network, not yet initialised, with the same first weights at every call
   * @return the experiment with it
   */
  public Experiment model(String title, Supplier<Classifier> own) {
    return model(ModelChoice.of(title, own));
  }

  private Experiment model(ModelChoice value) {
    return with(experiment -> experiment.model = value);
  }

  /** {@return what is minimised} */
  public Loss loss() {
    return loss;
  }

  /**
   * Sets the loss.
   *
   * @param value what is minimised; a lambda needs a name, see {@link Loss#named}
   * @return the experiment with it
   */
  public Experiment loss(Loss value) {
    Given.notNull("An experiment's loss", value);
    return with(experiment -> experiment.loss = value);
  }

  /** {@return how the network is trained} */
  public Recipe recipe() {
    return recipe;
  }

  /**
   * Sets the recipe.
   *
   * @param value how the network is trained
   * @return the experiment with it
   */
  public Experiment recipe(Recipe value) {
    Given.notNull("An experiment's recipe", value);
    return with(experiment -> experiment.recipe = value);
  }

  /** {@return the radius that the results are reported at, in pixels of [0, 1]} */
  public double radius() {
    return radius;
  }

  /**
   * Sets the radius that the results are reported at.
   *
   * @param value in pixels of [0, 1] (l2), above 0
   * @return the experiment with it
   */
  public Experiment radius(double value) {
    require(value > 0, "radius must be above 0, not " + value + ".");
    return with(experiment -> experiment.radius = value);
  }

  /** {@return the epochs between two evaluations on the test split} */
  public int evaluateEvery() {
    return evaluateEvery;
  }

  /**
   * Sets how often the test split is evaluated.
   *
   * @param value epochs between two evaluations, at least 1
   * @return the experiment with it
   */
  public Experiment evaluateEvery(int value) {
    require(value >= 1, "evaluateEvery must be at least 1, not " + value + ".");
    return with(experiment -> experiment.evaluateEvery = value);
  }

  /** {@return the seed of the first weights, the order and the augmentation} */
  public long seed() {
    return seed;
  }

  /**
   * Sets the seed.
   *
   * @param value of the first weights, the order and the augmentation
   * @return the experiment with it
   */
  public Experiment seed(long value) {
    return with(experiment -> experiment.seed = value);
  }

  /**
   * How the network is trained, in a few words for tables and charts.
   *
   * @return the loss, and the regularizer and the noise if there are such
   */
  public String method() {
    Regularizer regularizer = recipe.regularizer();
    String method = Parts.label(loss);
    if (!(regularizer instanceof Regularizer.None)) {
      method += ", " + Parts.label(regularizer);
    }
    return recipe.noise() == 0 ? method : method + ", noise " + recipe.noise();
  }

  /**
   * Whether the data and the network can be had: those of one's own cannot where only a record
   * names them.
   *
   * @return true if both are here
   */
  public boolean isHere() {
    return data.isHere() && model.isHere();
  }

  /**
   * What the experiment uses of its data.
   *
   * @param madeUp whether to take what stands in for official data although their files are here
   * @return the splits, with augmentation; where official files are missing, what stands in for
   *     them
   * @throws IllegalStateException if the data are somebody's own and only their name is known
   */
  public Dataset splits(boolean madeUp) {
    Dataset all = data.load(madeUp);
    Images train = limit(all.train(), trainImages);
    Images test = limit(all.test(), testImages);
    if (crop > 0) {
      train = new Augmented(train, crop, true);
    }
    return new Dataset(all.name(), all.madeUp(), all.classNames(), train, test, all.checksums());
  }

  /** Whether these are drawn pictures instead of the official files that the experiment means. */
  boolean isStoodInForBy(boolean madeUp) {
    return data.isStoodInForBy(madeUp);
  }

  private static Images limit(Images images, int count) {
    return count == 0 ? images : images.evenlySpaced(count);
  }

  /** The shapes of the whole data set. */
  Inputs inputs() {
    return data.shapes();
  }

  /**
   * The network as training starts from it; no data are needed.
   *
   * @param manager owns the weights
   * @return the network, initialised
   * @throws IllegalStateException if the network is somebody's own and only its name is known
   */
  public Classifier firstWeights(NDManager manager) {
    return firstWeights(data.shapes(), manager);
  }

  /** The network for data whose shapes may differ from those that stand in for them. */
  Classifier firstWeights(Inputs inputs, NDManager manager) {
    return model.create(inputs, seed).initialize(manager, DataType.FLOAT32, inputs.image());
  }

  /** The same experiment with neither seed nor the name that tells it. */
  Experiment withoutSeed() {
    return name("any-seed").seed(0);
  }

  /** An experiment is sent to another program as its record is written. */
  private record Sent(String json) implements Serializable {

    private Object readResolve() {
      return RecordFiles.parse(json, Experiment.class);
    }
  }

  private Object writeReplace() {
    return new Sent(toString());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Experiment experiment
        && RecordFiles.tree(this).equals(RecordFiles.tree(experiment));
  }

  @Override
  public int hashCode() {
    return RecordFiles.tree(this).hashCode();
  }

  @Override
  public String toString() {
    return RecordFiles.tree(this).toString();
  }
}
