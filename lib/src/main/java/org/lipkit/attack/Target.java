package org.lipkit.attack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.lipkit.data.Counter;
import org.lipkit.data.Images;
import org.lipkit.tensor.ArgMax;
import org.lipkit.text.Given;

/**
 * A sample under attack, with the class that it is to leave and the nearest adversarial image known
 * for it. An image is adversarial if the class with the largest logit (the first of them on a tie)
 * is another one.
 */
public final class Target {

  private final int index;
  private final float[] start;
  private final int own;
  private final double[] logits;
  private final Domain domain;
  private final long seed;
  private float[] found;
  private double distance = Double.POSITIVE_INFINITY;

  private Target(int index, float[] start, int own, double[] logits, Domain domain, long seed) {
    this.index = index;
    this.start = start;
    this.own = own;
    this.logits = logits;
    this.domain = domain;
    this.seed = seed;
    offer(start, logits);
  }

  /**
   * Samples to attack; those that are not classified as their class have distance 0 at once.
   *
   * @param images at least one sample, each C H W values of the victim's domain
   * @param classes the class that each is to leave; null for the predicted ones
   * @param first the first sample's place in its split; the places enter the random numbers
   * @param seed decides all random numbers
   * @throws IllegalArgumentException if an image has another size, is not finite or lies outside
   *     the domain, or if a class is out of range
   */
  static List<Target> of(Victim victim, float[][] images, int[] classes, int first, long seed) {
    if (images.length == 0) {
      throw new IllegalArgumentException("An attack needs at least one image.");
    }
    if (classes != null && classes.length != images.length) {
      throw new IllegalArgumentException(
          images.length + " images were given with " + classes.length + " labels; give one each.");
    }
    for (int n = 0; n < images.length; n++) {
      victim.requireImage(images[n], "Sample " + (first + n));
    }
    double[][] logits = victim.logits(images);
    List<Target> targets = new ArrayList<>();
    for (int n = 0; n < images.length; n++) {
      int own = classes == null ? ArgMax.of(logits[n]) : classes[n];
      if (own < 0 || own >= logits[n].length) {
        throw Given.refused(
            "Sample %d has label %d but the classifier has classes 0 to %d; %s.",
            first + n,
            own,
            logits[n].length - 1,
            own == Images.UNKNOWN
                ? "attack images of unknown class with Against.PREDICTION"
                : "check the data set's number of classes");
      }
      targets.add(new Target(first + n, images[n].clone(), own, logits[n], victim.domain(), seed));
    }
    return targets;
  }

  /** The same sample, for which nothing is known yet. */
  Target again() {
    return new Target(index, start, own, logits, domain, seed);
  }

  /** {@return the sample's place in its split} */
  public int index() {
    return index;
  }

  /** {@return a copy of the sample, C H W values} */
  public float[] image() {
    return start.clone();
  }

  float[] start() {
    return start;
  }

  /** {@return the class that the sample is to leave} */
  public int own() {
    return own;
  }

  /** {@return a copy of the sample's logits, one for each class} */
  public double[] logits() {
    return logits.clone();
  }

  /**
   * {@return the other classes by falling logit, at most so many}
   *
   * @param most how many classes at most
   */
  public int[] rivals(int most) {
    return byFallingLogit(logits).filter(i -> i != own).limit(most).toArray();
  }

  /** All classes by falling logit. */
  static IntStream byFallingLogit(double[] y) {
    return IntStream.range(0, y.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -y[i]))
        .mapToInt(i -> i);
  }

  /**
   * {@return the image at a distance from the sample in a direction, moved into the domain}
   *
   * @param length the l2 distance, in pixels of [0, 1]
   * @param direction C H W values of any length but 0
   */
  public float[] along(double length, double[] direction) {
    return Vectors.image(Vectors.along(start, length, Vectors.unit(direction)), domain);
  }

  /** {@return the distance of the nearest adversarial image known, infinite if there is none} */
  public double distance() {
    return distance;
  }

  /** {@return the nearest adversarial image known, not a copy; null if there is none} */
  public float[] found() {
    return found;
  }

  /** Whether an adversarial image within a radius is known. */
  boolean broken(double eps) {
    return distance <= eps;
  }

  /** Whether the sample itself is classified as its class. */
  boolean standing() {
    return !fooledBy(logits);
  }

  Domain domain() {
    return domain;
  }

  /** The images within a radius of the sample. */
  Ball ball(double eps) {
    return new Ball(start, eps, domain);
  }

  /** A new generator; it depends only on the attack's name, its round, the seed and the sample. */
  RandomGenerator random(Attack attack, int round) {
    return Counter.random(seed, index, attack.name().hashCode(), round);
  }

  /**
   * {@return whether an image is adversarial} It is kept if it is and is nearer than what is known.
   *
   * @param image an image of the victim's domain, not changed afterwards
   * @param answer the victim's logits for it
   */
  public boolean offer(float[] image, double[] answer) {
    boolean fooled = fooledBy(answer);
    if (fooled) {
      keep(image, Vectors.distance(image, start));
    }
    return fooled;
  }

  private boolean fooledBy(double[] answer) {
    return ArgMax.of(answer) != own;
  }

  private void keep(float[] image, double length) {
    if (length < distance) {
      found = image;
      distance = length;
    }
  }

  /** Keeps the nearer of two images for the same sample. */
  void merge(Target other) {
    keep(other.found, other.distance);
  }

  /**
   * Evaluates what was found once more. An image that lies so close to the boundary that the
   * rounding of another batch classifies it as before is moved on along its ray, by a millionth of
   * its distance and then more; what still is not adversarial is dropped. A sample that was not
   * classified as its class at first needs no image.
   */
  static void confirm(Victim victim, List<Target> targets) {
    float[][] images =
        targets.stream().map(t -> t.found == null ? t.start : t.found).toArray(float[][]::new);
    double[][] answers = victim.logits(images);
    for (double further = 1e-6; further < 1e-2; further *= 10) {
      boolean moved = false;
      for (int n = 0; n < images.length; n++) {
        Target target = targets.get(n);
        if (target.found != null && !target.fooledBy(answers[n])) {
          images[n] = Vectors.between(target.start, images[n], 1 + further, target.domain);
          moved = true;
        }
      }
      if (!moved) {
        break;
      }
      answers = victim.logits(images);
    }
    for (int n = 0; n < images.length; n++) {
      Target target = targets.get(n);
      if (target.standing()) {
        target.found = null;
        target.distance = Double.POSITIVE_INFINITY;
        target.offer(images[n], answers[n]);
      }
    }
  }

  Attacked result() {
    return new Attacked(index, own, found, distance);
  }
}
