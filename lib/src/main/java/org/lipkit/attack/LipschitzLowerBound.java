package org.lipkit.attack;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lipkit.data.Counter;
import org.lipkit.text.Given;

/**
 * A lower bound of a Lipschitz constant: pairs of images are moved by Adam so that {@code ||f(x) -
 * f(x')|| / ||x - x'||} grows (on its logarithm, with a rate that falls linearly to 0). What is
 * returned is measured on the float32 images and logits in float64, so it is below the true
 * constant except for the rounding of the logits. To keep that small, pairs that the borders of the
 * domain have pressed to less than half the separation do not count.
 *
 * @param steps of Adam, at least 1
 * @param rate the first learning rate, in pixels of [0, 1]
 * @param separation how far apart the images of a pair start and are kept, in pixels of [0, 1]
 */
public record LipschitzLowerBound(int steps, double rate, double separation) {

  /**
   * 100 steps at 10 with pairs at least 3 apart, for networks, their first layers and their margins
   * on the box [0, 1]. Such pairs climb further than near ones, which stay at the first steep
   * place; and a step longer than the box moves each pixel from one border to the other, so that
   * the search goes over the corners of the box and needs fewer steps.
   */
  public static final LipschitzLowerBound FAR = new LipschitzLowerBound(100, 10, 3);

  /**
   * Checks the settings.
   *
   * @param steps at least 1
   * @param rate above 0
   * @param separation above 0
   */
  public LipschitzLowerBound {
    Checks.atLeastOne("The Lipschitz lower bound", "steps", steps);
    Checks.positive("The Lipschitz lower bound", "a learning rate", rate);
    Checks.positive("The Lipschitz lower bound", "a separation", separation);
  }

  /**
   * {@return a lower bound of the constant of the whole network}
   *
   * @param victim the classifier
   * @param starts one image per pair, at least one; better many and of all classes
   * @param seed decides the directions in which the second images start
   * @param done hears how many steps have been made
   */
  public double network(Victim victim, float[][] starts, long seed, IntConsumer done) {
    if (starts.length == 0) {
      throw new IllegalArgumentException("The Lipschitz lower bound needs at least one image.");
    }
    Pair[] pairs = new Pair[starts.length];
    for (int k = 0; k < pairs.length; k++) {
      victim.requireImage(starts[k], "Image " + k);
      Ball everything = new Ball(starts[k], Double.POSITIVE_INFINITY, victim.domain());
      pairs[k] = new Pair(everything, partner(starts[k], seed, k), difference -> difference);
    }
    return Arrays.stream(search(victim, pairs, done)).max().orElseThrow();
  }

  /**
   * {@return a lower bound of the constant of each margin near a sample} Place i holds that of
   * {@code y_j - y_i}, place j holds 0. Each pair starts with the sample and stays within the
   * radius of it. Unless centre and partner are nearer than half the separation, a bound is at
   * least what these two show.
   *
   * @param victim the classifier
   * @param j a class
   * @param centre the sample
   * @param partner the image that all pairs start with beside the sample, such as an adversarial
   *     one, or null for random directions
   * @param radius in pixels of [0, 1], at least the separation; infinite for none
   * @param seed decides the directions
   * @throws IllegalArgumentException if the radius is too small or j is no class
   */
  public double[] marginsAround(
      Victim victim, int j, float[] centre, float[] partner, double radius, long seed) {
    if (!(radius >= separation)) {
      throw Given.refused(
          "Pairs %s apart do not fit in a radius of %s; choose a smaller separation.",
          separation, radius);
    }
    victim.requireImage(centre, "The sample");
    int classes = victim.logits(centre).length;
    if (j < 0 || j >= classes) {
      throw new IllegalArgumentException(
          "There is no class " + j + "; choose one of 0 to " + (classes - 1) + ".");
    }
    int[] rivals = IntStream.range(0, classes).filter(i -> i != j).toArray();
    Ball ball = new Ball(centre, radius, victim.domain());
    Pair[] pairs = new Pair[rivals.length];
    for (int k = 0; k < pairs.length; k++) {
      double[] second =
          partner == null ? partner(centre, seed, rivals[k]) : Vectors.doubles(partner);
      pairs[k] = new Pair(ball, second, gram(j, rivals[k]));
    }
    double[] found = search(victim, pairs, done -> {});
    double[] bounds = new double[classes];
    for (int k = 0; k < rivals.length; k++) {
      bounds[rivals[k]] = found[k];
    }
    return bounds;
  }

  private static UnaryOperator<double[]> gram(int j, int i) {
    return difference -> {
      double[] part = Objective.difference(difference.length, j, i);
      part[j] *= difference[j] - difference[i];
      part[i] *= difference[j] - difference[i];
      return part;
    };
  }

  private double[] partner(float[] start, long seed, int pair) {
    double[] direction = Vectors.onSphere(start.length, Counter.random(seed, pair));
    return Vectors.along(start, separation, direction);
  }

  /** The largest {@code ||P d|| / ||x - x'||} that each pair passes, d the logits' difference. */
  private double[] search(Victim victim, Pair[] pairs, IntConsumer done) {
    double[] best = new double[pairs.length];
    for (int step = 0; step <= steps; step++) {
      Victim.Answer answer = victim.logitsAndGradients(images(pairs), y -> cotangents(pairs, y));
      for (int k = 0; k < pairs.length; k++) {
        best[k] = Math.max(best[k], pairs[k].ratio());
        pairs[k].ascend(
            answer.gradients()[2 * k],
            answer.gradients()[2 * k + 1],
            rate * (1 - step / (double) steps));
      }
      done.accept(step);
    }
    return best;
  }

  private static float[][] images(Pair[] pairs) {
    return Arrays.stream(pairs).flatMap(pair -> Stream.of(pair.images)).toArray(float[][]::new);
  }

  private static double[][] cotangents(Pair[] pairs, double[][] logits) {
    double[][] rows = new double[logits.length][];
    for (int k = 0; k < pairs.length; k++) {
      rows[2 * k] = pairs[k].cotangent(logits[2 * k], logits[2 * k + 1]);
      rows[2 * k + 1] = Arrays.stream(rows[2 * k]).map(c -> -c).toArray();
    }
    return rows;
  }

  /** Two images on their way. */
  private final class Pair {

    private final Ball ball;
    private final UnaryOperator<double[]> gram;
    private final double[][] positions;
    private final Adam[] adams;
    private final float[][] images = new float[2][];
    private double size;

    /**
     * @param ball where both stay; the first starts at its centre
     * @param partner where the second starts
     * @param gram {@code d -> P^T P d}
     */
    Pair(Ball ball, double[] partner, UnaryOperator<double[]> gram) {
      this.ball = ball;
      this.gram = gram;
      this.positions = new double[][] {Vectors.doubles(ball.centre()), partner};
      this.adams = new Adam[] {new Adam(partner.length), new Adam(partner.length)};
      project();
    }

    private void project() {
      for (int k = 0; k < 2; k++) {
        images[k] = ball.project(positions[k]);
        positions[k] = Vectors.doubles(images[k]);
      }
    }

    /** The gradient of log ||P d|| with respect to the first image's logits. */
    double[] cotangent(double[] first, double[] second) {
      double[] difference = Vectors.of(first.length, i -> first[i] - second[i]);
      double[] pulled = gram.apply(difference);
      double square = 0;
      for (int i = 0; i < difference.length; i++) {
        square += difference[i] * pulled[i];
      }
      size = Math.sqrt(square);
      double scale = square == 0 ? 0 : 1 / square;
      return Vectors.of(pulled.length, i -> scale * pulled[i]);
    }

    double ratio() {
      double distance = Vectors.distance(images[0], images[1]);
      return distance < separation / 2 ? 0 : size / distance;
    }

    void ascend(double[] firstGradient, double[] secondGradient, double step) {
      int values = firstGradient.length;
      double[] first = positions[0];
      double[] second = positions[1];
      double square = Math.pow(Vectors.distance(images[0], images[1]), 2);
      double[] apart = Vectors.of(values, i -> square == 0 ? 0 : (first[i] - second[i]) / square);
      adams[0].descend(first, Vectors.of(values, i -> apart[i] - firstGradient[i]), step);
      adams[1].descend(second, Vectors.of(values, i -> -apart[i] - secondGradient[i]), step);
      keepApart(first, second);
      project();
    }

    /** Moves both away from their midpoint, so that a border which holds one does not hold both. */
    private void keepApart(double[] first, double[] second) {
      double[] apart = Vectors.of(first.length, i -> second[i] - first[i]);
      double norm = Vectors.norm(apart);
      for (int i = 0; i < apart.length && norm > 0 && norm < separation; i++) {
        double further = (separation / norm - 1) / 2 * apart[i];
        first[i] -= further;
        second[i] += further;
      }
    }
  }
}
