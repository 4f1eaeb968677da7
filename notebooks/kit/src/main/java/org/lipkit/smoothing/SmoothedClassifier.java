package org.lipkit.smoothing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.lipkit.data.Counter;
import org.lipkit.data.Images;
import org.lipkit.data.Range;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;

/**
 * Randomized smoothing (Cohen, Rosenfeld and Kolter 2019): the class that a base classifier f gives
 * most often under Gaussian noise, {@code g(x) = argmax_c P(f(x + sigma N(0, I)) = c)}. If the
 * winner's probability is at least p > 1/2, g keeps it for every change of the input shorter than
 * {@code sigma Phi^-1(p)} (theorem 1 with {@code p_B = 1 - p}).
 *
 * <p>The probability is estimated from draws, so what is said of a sample is wrong with probability
 * up to alpha: it may stand beside certificates but is none. The theorem is about real numbers; the
 * rounding of the noise and of the classifier is not counted.
 *
 * <p>A sample's noise depends on the seed and the sample's index alone.
 */
public final class SmoothedClassifier {

  private static final long SELECTION = 1;
  private static final long ESTIMATION = 2;

  private final UnaryOperator<NDArray> base;
  private final Smoothing settings;
  private final long seed;
  private final NDManager manager;

  /**
   * Smooths a classifier, which should have been trained with noise ({@link
   * org.lipkit.data.Noisy}).
   *
   * @param base from images (N, C, H, W), FLOAT32, to logits (N, classes), each sample on its own
   * @param settings the noise and the numbers of draws
   * @param seed of the noise
   * @param manager where images may be created; all arrays are freed again
   */
  public SmoothedClassifier(
      UnaryOperator<NDArray> base, Smoothing settings, long seed, NDManager manager) {
    this.base = base;
    this.settings = settings;
    this.seed = seed;
    this.manager = manager;
  }

  /**
   * CERTIFY of the paper: a class is selected with n0 draws, its probability bounded from below at
   * confidence 1 - alpha with n fresh ones. If the thread is interrupted, what is finished is
   * returned and the thread stays interrupted.
   *
   * @param images the split, in its evaluation view
   * @param done told the number of samples finished so far
   * @return one radius per sample, in order
   * @throws IllegalArgumentException if the base classifier's logits are not finite or not (N,
   *     classes)
   */
  public List<SmoothedRadius> radii(Images images, IntConsumer done) {
    return radii(images, Range.all(images), done);
  }

  /**
   * CERTIFY of the paper for some consecutive samples: the radii that the whole split gives them.
   *
   * @param images the split, in its evaluation view
   * @param range which of its samples
   * @param done told the number of samples finished so far
   * @return one radius per sample of the range, in order
   */
  public List<SmoothedRadius> radii(Images images, Range range, IntConsumer done) {
    Shape shape = new Shape(1, images.channels(), images.height(), images.width());
    List<SmoothedRadius> radii = new ArrayList<>(range.size());
    try {
      for (int n = range.from(); n < range.to(); n++) {
        float[] pixels = new float[images.values()];
        images.read(n, null, pixels, 0);
        radii.add(radius(n, images.label(n), pixels, shape));
        done.accept(radii.size());
      }
    } catch (CancellationException e) {
      return radii;
    }
    return radii;
  }

  private SmoothedRadius radius(int index, int label, float[] pixels, Shape shape) {
    int[] tries = count(index, pixels, shape, settings.selection(), SELECTION);
    int selected = ArgMax.of(Arrays.stream(tries).asDoubleStream().toArray());
    int[] counts = count(index, pixels, shape, settings.draws(), ESTIMATION);
    double lower = Binomial.lowerBound(counts[selected], settings.draws(), settings.alpha());
    if (!(lower > 0.5)) {
      return new SmoothedRadius(
          prediction(index, label, SmoothedPrediction.ABSTAIN, counts), lower, 0);
    }
    double quantile = NormalDistribution.of(0, 1).inverseCumulativeProbability(lower);
    return new SmoothedRadius(
        prediction(index, label, selected, counts), lower, settings.sigma() * quantile);
  }

  private SmoothedPrediction prediction(int index, int label, int prediction, int[] counts) {
    List<Integer> list = Arrays.stream(counts).boxed().toList();
    return new SmoothedPrediction(index, label, prediction, list, settings.alpha());
  }

  /** SAMPLEUNDERNOISE of the paper: how many of the draws the base classifier gives each class. */
  private int[] count(int index, float[] pixels, Shape shape, int draws, long stage) {
    RandomGenerator random = Counter.random(seed, index, stage);
    int[] counts = new int[0];
    for (int drawn = 0; drawn < draws; drawn += settings.batchSize()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("Smoothing was interrupted.");
      }
      int size = Math.min(settings.batchSize(), draws - drawn);
      double[][] logits = Tensors.scoped(() -> logits(pixels, shape, size, random));
      counts = Arrays.copyOf(counts, logits[0].length);
      for (double[] y : logits) {
        counts[prediction(index, y)]++;
      }
    }
    return counts;
  }

  private double[][] logits(float[] pixels, Shape shape, int size, RandomGenerator random) {
    Shape batch = new Shape(size).addAll(shape.slice(1));
    NDArray noise = Tensors.gaussian(manager, random, batch, DataType.FLOAT32);
    NDArray x = noise.mul((float) settings.sigma()).add(manager.create(pixels, shape));
    NDArray y = Tensors.withoutGradient(() -> base.apply(x));
    Shape found = y.getShape();
    if (found.dimension() != 2 || found.get(0) != size || found.get(1) < 2) {
      throw new IllegalArgumentException(
          "The smoothed classifier must give logits (N, classes) of at least two classes, not "
              + found
              + " for "
              + size
              + " images.");
    }
    int classes = (int) found.get(1);
    double[] entries = Tensors.toDoubles(y);
    double[][] rows = new double[size][];
    for (int n = 0; n < size; n++) {
      rows[n] = Arrays.copyOfRange(entries, n * classes, (n + 1) * classes);
    }
    return rows;
  }

  private static int prediction(int index, double[] y) {
    for (double logit : y) {
      if (!Double.isFinite(logit)) {
        throw new IllegalArgumentException(
            "Sample "
                + index
                + " has a logit of "
                + logit
                + " under noise, so nothing can be counted; the model has diverged.");
      }
    }
    return ArgMax.of(y);
  }
}
