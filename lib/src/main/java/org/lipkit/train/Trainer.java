package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.lipkit.data.Batch;
import org.lipkit.data.Batches;
import org.lipkit.data.Counter;
import org.lipkit.data.DataException;
import org.lipkit.data.ImageShape;
import org.lipkit.data.Images;
import org.lipkit.data.Noisy;
import org.lipkit.io.ArrayFile;
import org.lipkit.io.Npz;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Pass;
import org.lipkit.loss.Loss;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.EngineCheck;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * The training loop: forward pass, margin constants, loss, backward pass, optimizer.
 *
 * <p>All randomness is a function of the seed and the step, so that a run which is killed and
 * resumed from its checkpoint ends in the same weights, bit for bit, as an unbroken one. The
 * checkpoint is written after every epoch and when the thread is interrupted.
 */
public final class Trainer {

  private final Classifier classifier;
  private final Loss loss;
  private final Recipe recipe;
  private final List<NDArray> weights;
  private final Regularizer regularizer;
  private long seed = 1;
  private Path checkpoint;
  private TrainingListener listener = TrainingListener.SILENT;
  private Images images;
  private NDManager manager;
  private Optimizer.Updater optimizer;
  private ExponentialMovingAverage average;
  private Progress progress;

  /** Where training stands; kept in checkpoints as one float64 array. */
  private static final class Progress {
    int epoch;
    int step;
    double seconds;
    double lossSum;
    long correct;

    double[] toArray() {
      return new double[] {epoch, step, seconds, lossSum, correct};
    }

    void read(double[] values) {
      epoch = (int) values[0];
      step = (int) values[1];
      seconds = values[2];
      lossSum = values[3];
      correct = (long) values[4];
    }

    void nextEpoch() {
      read(new double[] {epoch + 1, 0, 0, 0, 0});
    }
  }

  private Trainer(Classifier classifier, Loss loss, Recipe recipe) {
    this.classifier = Given.notNull("The classifier", classifier);
    this.loss = Given.notNull("The loss", loss);
    this.recipe = Given.notNull("The recipe", recipe);
    this.weights = classifier.trainable();
    this.regularizer = recipe.regularizer();
  }

  /**
   * {@return a trainer without progress, without checkpoints and with seed 1; {@link #train}
   * begins}
   *
   * @param classifier initialised with its first weights; trained in place
   * @param loss what to minimise
   * @param recipe how
   */
  public static Trainer of(Classifier classifier, Loss loss, Recipe recipe) {
    return new Trainer(classifier, loss, recipe);
  }

  /**
   * {@return this trainer with another seed}
   *
   * @param value decides the order and the augmentation
   */
  public Trainer seed(long value) {
    seed = value;
    return this;
  }

  /**
   * {@return this trainer with a file to keep checkpoints in}
   *
   * @param file training goes on from it where it exists
   */
  public Trainer checkpoint(Path file) {
    checkpoint = file;
    return this;
  }

  /**
   * {@return this trainer with a listener}
   *
   * @param value hears of the progress
   */
  public Trainer listener(TrainingListener value) {
    listener = Given.notNull("The listener", value);
    return this;
  }

  /**
   * Trains to the end; if the checkpoint exists, from where it was written. An interrupt, or an
   * image file that cannot be read, ends it early; the checkpoint then holds what was done. Where
   * the recipe averages the weights, the classifier holds the averages while the listener hears of
   * an epoch's end, and after the last one for good.
   *
   * @param split the training split, read in its training view
   * @throws IllegalArgumentException if images or labels do not fit the classifier, if the recipe
   *     joins noise with what needs pixels in [0, 1] (RandAugment, adversarial training), or if the
   *     checkpoint is damaged, of another model or of more images
   * @throws DivergedException if the loss is no longer finite
   * @throws CancellationException if the thread is interrupted
   * @throws DataException if an image cannot be read
   * @throws IllegalStateException if the engine convolves wrongly on this processor
   */
  public void train(Images split) {
    EngineCheck.require();
    requireFit(split);
    requirePixels();
    images = recipe.noise() > 0 ? new Noisy(split, recipe.noise()) : split;
    progress = new Progress();
    optimizer = recipe.optimizer().start(classifier);
    average =
        new ExponentialMovingAverage(
            recipe.averaging() > 0 ? weights : List.of(), recipe.averaging());
    try (NDManager own = Tensors.newManager()) {
      manager = own;
      memory().values().forEach(array -> array.attach(own));
      if (checkpoint != null && Files.exists(checkpoint)) {
        resume();
      }
      listener.started(progress.epoch);
      while (progress.epoch < recipe.epochs()) {
        runEpoch();
      }
      average.adopt();
    }
  }

  private void requireFit(Images split) {
    ImageShape shape = Given.notNull("The training images", split).shape();
    Shape image = new Shape(shape.channels(), shape.height(), shape.width());
    if (!image.equals(classifier.inputShape())) {
      throw Given.refused(
          "The training images are %s, but the classifier takes %s.",
          image, classifier.inputShape());
    }
    for (int n = 0; n < split.size(); n++) {
      int label = split.label(n);
      if (label < 0 || label >= classifier.classes()) {
        throw Given.refused(
            "Training image %s has the label %s, but the classifier has classes 0 to %s; build"
                + " it with as many outputs as the data set has classes.",
            n, label, classifier.classes() - 1);
      }
    }
  }

  private void requirePixels() {
    if (recipe.noise() > 0 && regularizer.needsPixels()) {
      throw new IllegalArgumentException(
          regularizer
              + " needs pixels in [0, 1], which noise leaves; train with one of them only.");
    }
  }

  private void runEpoch() {
    EpochSummary summary = null;
    try (Batches batches =
        Batches.training(images, recipe.batch(), seed, progress.epoch, progress.step)) {
      long started = System.nanoTime();
      double before = progress.seconds;
      int steps = images.size() / recipe.batch();
      for (Batch batch : batches) {
        double largest = step(batch, steps);
        progress.seconds = before + (System.nanoTime() - started) / 1e9;
        if (progress.step == steps) {
          summary = summary(steps, largest);
        } else if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException();
        }
      }
    } catch (CancellationException e) {
      save();
      throw new CancellationException(
          "Training was interrupted; what was done is kept and the next run goes on there.");
    } catch (DataException e) {
      save();
      throw e;
    }
    endEpoch();
    progress.nextEpoch();
    tell(summary);
    save();
  }

  private void endEpoch() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Tensors.withoutGradient(
          () -> {
            optimizer.epochEnded();
            return null;
          });
    }
  }

  /** An interrupt waits while the epoch's end is told, so that a finished epoch is never lost. */
  private void tell(EpochSummary ended) {
    boolean interrupted = Thread.interrupted();
    try {
      while (!heard(ended)) {
        interrupted = true;
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the listener heard of an epoch's end without being interrupted. */
  private boolean heard(EpochSummary ended) {
    try {
      average.during(() -> listener.epochEnded(ended));
      return true;
    } catch (CancellationException e) {
      if (!Thread.interrupted()) {
        throw e;
      }
      return false;
    }
  }

  /** Trains on one batch and returns the largest margin constant, which only epoch ends report. */
  private double step(Batch clean, int steps) {
    double epoch = progress.epoch + progress.step / (double) steps;
    long time = (long) progress.epoch * steps + progress.step + 1;
    long stepSeed = Counter.random(seed, time).nextLong();
    Tensors.seedEngine(stepSeed);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Batch batch = regularizer.examples(classifier, clean, stepSeed);
      Shape shape = new Shape(batch.size(), batch.channels(), batch.height(), batch.width());
      NDArray images = Tensors.channelsLast(manager.create(batch.pixels(), shape));
      NDArray x = recipe.mixedPrecision() ? BFloat16.of(images) : images;
      NDArray labels = manager.create(batch.labels());
      Pass pass = Pass.training(recipe.powerIterations(), recipe.unrolled());
      NDArray[] seen = new NDArray[2];
      NDList found =
          Gradients.of(
              weights,
              () -> {
                seen[0] = classifier.apply(x, pass);
                seen[1] = classifier.marginConstants(pass);
                double eps = recipe.radiusAt(epoch);
                Loss now = loss.at(epoch / recipe.epochs());
                return regularizer.penalise(
                    number(now.evaluate(seen[0], labels, seen[1], eps)), classifier, pass);
              });
      pass.finish();
      double value = Tensors.toDouble(found.get(0));
      progress.step++;
      if (!Double.isFinite(value)) {
        throw new DivergedException(progress.epoch + 1, progress.step, value);
      }
      NDList gradients = found.subNDList(1);
      Gradients.clip(gradients, recipe.clip());
      Tensors.withoutGradient(
          () -> {
            optimizer.step(gradients, recipe.rateAt(epoch), time);
            regularizer.updated(classifier);
            average.update(time);
            return null;
          });
      progress.lossSum += value;
      progress.correct += correct(seen[0], batch.labels());
      listener.stepEnded(time, (long) recipe.epochs() * steps, value);
      return progress.step == steps ? Tensors.toDouble(seen[1].max()) : 0;
    }
  }

  /** Refuses what a loss of one's own must not give. */
  private static NDArray number(NDArray value) {
    Shape shape = Given.notNull("The value of the loss", value).getShape();
    if (!Gradients.dependsOnLeaves(value)) {
      throw new IllegalArgumentException(
          "The loss depends on neither the logits nor the constants, so it cannot be trained for;"
              + " compute it from them, and without toType or a detour through Java numbers.");
    }
    if (shape.size() != 1) {
      throw new IllegalArgumentException(
          "A loss gives one number for a batch, not an array of shape "
              + shape
              + "; take the mean.");
    }
    return value;
  }

  private static int correct(NDArray logits, int[] labels) {
    long[] predictions = logits.argMax(1).toLongArray();
    int correct = 0;
    for (int n = 0; n < labels.length; n++) {
      correct += predictions[n] == labels[n] ? 1 : 0;
    }
    return correct;
  }

  private EpochSummary summary(int steps, double lipschitz) {
    double end = progress.epoch + 1;
    return new EpochSummary(
        progress.epoch + 1,
        progress.seconds,
        progress.lossSum / steps,
        recipe.rateAt(end),
        recipe.radiusAt(end),
        progress.correct / (double) (steps * recipe.batch()),
        lipschitz);
  }

  private void save() {
    if (checkpoint == null) {
      return;
    }
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, NDArray> state = new TreeMap<>(classifier.state());
      state.putAll(memory());
      state.put("progress", manager.create(progress.toArray()));
      Npz.save(checkpoint, state);
    }
  }

  /** What training remembers from step to step beside the classifier. */
  private Map<String, NDArray> memory() {
    Map<String, NDArray> memory = new TreeMap<>(optimizer.state());
    memory.putAll(average.state());
    return memory;
  }

  private void resume() {
    try (NDManager files = Tensors.newManager();
        ArrayFile saved = ArrayFile.open(checkpoint)) {
      NDArray place = saved.take(files, "progress", files.create(progress.toArray()));
      for (Map.Entry<String, NDArray> moment : memory().entrySet()) {
        NDArray value = saved.take(files, moment.getKey(), moment.getValue());
        Tensors.copy(value, moment.getValue());
      }
      classifier.restore(saved);
      progress.read(place.toDoubleArray());
      if (progress.step > 0 && progress.step >= images.size() / recipe.batch()) {
        throw Given.refused(
            "%s stands at step %s of an epoch, which has fewer on these images; resume on those"
                + " it began with.",
            checkpoint, progress.step);
      }
    }
  }
}
