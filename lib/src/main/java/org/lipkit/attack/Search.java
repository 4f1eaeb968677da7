package org.lipkit.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.lipkit.data.Counter;

/**
 * A batch of samples under attack, with the class that each is to leave and the nearest adversarial
 * image known for it. An image is adversarial if the class with the largest logit (the first of
 * them on a tie) is not the sample's.
 */
public final class Search {

  private final float[][] starts;
  private final int[] classes;
  private final int[] indices;
  private final long seed;
  private final double[][] logits;
  private final float[][] found;
  private final double[] distances;

  private Search(float[][] starts, int[] classes, int[] indices, long seed, double[][] logits) {
    this.starts = starts;
    this.classes = classes;
    this.indices = indices;
    this.seed = seed;
    this.logits = logits;
    this.found = new float[starts.length][];
    this.distances = new double[starts.length];
    for (int n = 0; n < starts.length; n++) {
      distances[n] = Double.POSITIVE_INFINITY;
      offer(n, starts[n], logits[n]);
    }
  }

  /**
   * Starts a search; samples that are not classified as their class have distance 0 at once.
   *
   * @param victim the classifier
   * @param images at least one sample, each C H W values of the victim's domain
   * @param classes the class that each is to leave; null for the predicted ones
   * @param indices the samples' places in their split, which their random numbers depend on
   * @param seed of all random numbers
   * @return the search
   * @throws IllegalArgumentException if an image has another size, is not finite or lies outside
   *     the domain, or if a class is out of range
   */
  public static Search start(
      Victim victim, float[][] images, int[] classes, int[] indices, long seed) {
    if (images.length == 0) {
      throw new IllegalArgumentException("An attack needs at least one image.");
    }
    if (classes != null && classes.length != images.length) {
      throw new IllegalArgumentException(
          images.length + " images were given with " + classes.length + " labels; give one each.");
    }
    for (int n = 0; n < images.length; n++) {
      victim.requireImage(images[n], indices[n]);
    }
    double[][] logits = victim.logits(images);
    int[] attacked = classes == null ? new int[images.length] : classes;
    for (int n = 0; n < images.length; n++) {
      if (classes == null) {
        attacked[n] = Logits.prediction(logits[n]);
      }
      if (attacked[n] < 0 || attacked[n] >= logits[n].length) {
        throw new IllegalArgumentException(
            String.format(
                "Sample %d has label %d but the classifier has classes 0 to %d; check the data"
                    + " set's number of classes.",
                indices[n], attacked[n], logits[n].length - 1));
      }
    }
    return new Search(images, attacked, indices, seed, logits);
  }

  /** A search of the same samples that knows nothing yet. */
  Search again() {
    return new Search(starts, classes, indices, seed, logits);
  }

  /**
   * The samples that are to be attacked.
   *
   * @return the places in this batch of samples that are classified as their class
   */
  public int[] standing() {
    return IntStream.range(0, starts.length).filter(n -> !fools(n, logits[n])).toArray();
  }

  /**
   * A sample.
   *
   * @param n its place in this batch
   * @return its C H W values
   */
  public float[] start(int n) {
    return starts[n];
  }

  /**
   * A sample's logits.
   *
   * @param n its place in this batch
   * @return one a class
   */
  public double[] logits(int n) {
    return logits[n];
  }

  /**
   * The class that a sample is to leave.
   *
   * @param n its place in this batch
   * @return the class
   */
  public int attackedClass(int n) {
    return classes[n];
  }

  /**
   * The distance of the nearest adversarial image known.
   *
   * @param n the sample's place in this batch
   * @return the distance in pixels of [0, 1], infinite if none is known
   */
  public double distance(int n) {
    return distances[n];
  }

  /**
   * Whether an adversarial image within a radius is known.
   *
   * @param n the sample's place in this batch
   * @param eps the radius in pixels of [0, 1]
   * @return true if there is one
   */
  public boolean broken(int n, double eps) {
    return distances[n] <= eps;
  }

  /**
   * The nearest adversarial image known.
   *
   * @param n the sample's place in this batch
   * @return C H W values, or null if none is known
   */
  public float[] found(int n) {
    return found[n];
  }

  /**
   * Random numbers for one sample; they depend on nothing but these numbers, the seed and the
   * sample's index.
   *
   * @param n the sample's place in this batch
   * @param attack who asks
   * @param round which of its rounds
   * @return a fresh generator, the same for every call
   */
  public RandomGenerator random(int n, Attack attack, int round) {
    return Counter.random(seed, indices[n], attack.name().hashCode(), round);
  }

  /**
   * Keeps an image if it is adversarial and nearer than what is known.
   *
   * @param n the sample's place in this batch
   * @param image an image of the victim's domain, not changed afterwards
   * @param answer the victim's logits for it
   * @return whether it is adversarial
   */
  public boolean offer(int n, float[] image, double[] answer) {
    boolean fools = fools(n, answer);
    if (fools) {
      keep(n, image, Vectors.distance(image, starts[n]));
    }
    return fools;
  }

  private void keep(int n, float[] image, double distance) {
    if (distance < distances[n]) {
      found[n] = image;
      distances[n] = distance;
    }
  }

  private boolean fools(int n, double[] answer) {
    return Logits.prediction(answer) != classes[n];
  }

  /** Keeps the nearer of the two searches' images for every sample. */
  void merge(Search other) {
    for (int n = 0; n < starts.length; n++) {
      keep(n, other.found[n], other.distances[n]);
    }
  }

  /**
   * Follows all walks to their end and offers every image that they visit.
   *
   * @throws CancellationException if the thread is interrupted
   */
  void follow(Victim victim, List<? extends Walk> walks) {
    List<Walk> going = new ArrayList<>(walks);
    going.removeIf(walk -> walk.point() == null);
    while (!going.isEmpty()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("The attack was interrupted.");
      }
      float[][] points = going.stream().map(Walk::point).toArray(float[][]::new);
      Victim.Answer answer = answer(victim, going, points);
      for (int k = 0; k < points.length; k++) {
        Walk walk = going.get(k);
        double[] y = answer.logits()[k];
        float[] gradient = answer.gradients() == null ? null : answer.gradients()[k];
        walk.advance(y, gradient, offer(walk.sample(), points[k], y));
      }
      going.removeIf(walk -> walk.point() == null);
    }
  }

  /** What the victim says of the points that the walks stand at. */
  static Victim.Answer answer(Victim victim, List<Walk> walks, float[][] points) {
    if (walks.stream().allMatch(walk -> walk instanceof Walk.Blind)) {
      return new Victim.Answer(victim.logits(points), null);
    }
    return victim.logitsAndGradients(
        points,
        logits ->
            IntStream.range(0, logits.length)
                .mapToObj(k -> walks.get(k).cotangent(logits[k]))
                .toArray(double[][]::new));
  }

  /**
   * Evaluates what was found once more. An image that lies so close to the boundary that the
   * rounding of another batch classifies it as before is moved on along its ray, by a millionth of
   * its distance and then more; what still is not adversarial is dropped.
   */
  void confirm(Victim victim) {
    float[][] images = new float[starts.length][];
    for (int n = 0; n < images.length; n++) {
      images[n] = found[n] == null ? starts[n] : found[n];
    }
    double[][] answers = victim.logits(images);
    for (double further = 1e-6; further < 1e-2; further *= 10) {
      boolean moved = false;
      for (int n = 0; n < images.length; n++) {
        if (found[n] != null && !fools(n, answers[n])) {
          images[n] = Vectors.between(starts[n], images[n], 1 + further, victim.domain());
          moved = true;
        }
      }
      if (!moved) {
        break;
      }
      answers = victim.logits(images);
    }
    for (int n = 0; n < images.length; n++) {
      found[n] = null;
      distances[n] = Double.POSITIVE_INFINITY;
      offer(n, images[n], answers[n]);
    }
  }

  /** What was found, sample by sample. */
  List<Attacked> results() {
    return IntStream.range(0, starts.length)
        .mapToObj(n -> new Attacked(indices[n], classes[n], found[n], distances[n]))
        .toList();
  }
}
