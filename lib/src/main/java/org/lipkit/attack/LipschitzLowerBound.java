package org.lipkit.attack;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.lipkit.data.Counter;

/**
 * A lower bound of a Lipschitz constant: pairs of images are moved by Adam so that {@code ||f(x) -
 * f(x')|| / ||x - x'||} grows (on its logarithm, with a rate that falls linearly to 0). What is
 * returned is measured on the final float32 images and logits in float64, so it is below the true
 * constant but for the rounding of the logits, which the least separation keeps small.
 *
 * @param steps of Adam, at least 1
 * @param rate the first learning rate, in pixels of [0, 1]
 * @param separation how far apart the images of a pair start and are kept, in pixels of [0, 1]
 */
public record LipschitzLowerBound(int steps, double rate, double separation) {

  /** 300 steps at 0.01 with pairs at least 0.1 apart. */
  public static final LipschitzLowerBound DEFAULT = new LipschitzLowerBound(300, 0.01, 0.1);

  /** Checks the settings. */
  public LipschitzLowerBound {
    Checks.atLeastOne("The Lipschitz lower bound", "steps", steps);
    Checks.positive("The Lipschitz lower bound", "a learning rate", rate);
    Checks.positive("The Lipschitz lower bound", "a separation", separation);
  }

  /**
   * Of all logits together.
   *
   * @param victim the classifier
   * @param starts one image a pair, at least one; better many and of all classes
   * @param seed of the directions in which the second images start
   * @param done told the number of steps made so far
   * @return a lower bound of the network's constant
   */
  public double network(Victim victim, float[][] starts, long seed, IntConsumer done) {
    return search(victim, starts, seed, done, difference -> difference);
  }

  /**
   * Of one margin {@code y_j - y_i}.
   *
   * @param victim the classifier
   * @param j a class
   * @param i another class
   * @param starts one image a pair, at least one
   * @param seed of the directions in which the second images start
   * @param done told the number of steps made so far
   * @return a lower bound of K_ji
   * @throws IllegalArgumentException if j and i are not two classes
   */
  public double margin(Victim victim, int j, int i, float[][] starts, long seed, IntConsumer done) {
    return search(
        victim,
        starts,
        seed,
        done,
        difference -> {
          int classes = difference.length;
          if (j == i || Math.min(j, i) < 0 || Math.max(j, i) >= classes) {
            throw new IllegalArgumentException(
                String.format(
                    "There is no margin between classes %d and %d; choose two of 0 to %d.",
                    j, i, classes - 1));
          }
          double[] part = Logits.difference(classes, j, i);
          part[j] *= difference[j] - difference[i];
          part[i] *= difference[j] - difference[i];
          return part;
        });
  }

  /**
   * Maximises {@code ||P d|| / ||x - x'||} with d the difference of the logits.
   *
   * @param gram {@code d -> P^T P d}
   */
  private double search(
      Victim victim, float[][] starts, long seed, IntConsumer done, UnaryOperator<double[]> gram) {
    if (starts.length == 0) {
      throw new IllegalArgumentException("The Lipschitz lower bound needs at least one image.");
    }
    Pair[] pairs = new Pair[starts.length];
    for (int k = 0; k < pairs.length; k++) {
      victim.requireImage(starts[k], k);
      pairs[k] = new Pair(starts[k], victim.domain(), Counter.random(seed, k), gram);
    }
    double best = 0;
    for (int step = 0; step <= steps; step++) {
      Victim.Answer answer = victim.logitsAndGradients(images(pairs), y -> cotangents(pairs, y));
      for (int k = 0; k < pairs.length; k++) {
        best = Math.max(best, pairs[k].ratio());
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

    private final Domain domain;
    private final UnaryOperator<double[]> gram;
    private final double[][] positions;
    private final Adam[] adams;
    private final float[][] images = new float[2][];
    private double size;

    Pair(float[] start, Domain domain, RandomGenerator random, UnaryOperator<double[]> gram) {
      this.domain = domain;
      this.gram = gram;
      double[] direction = Vectors.onSphere(start.length, random);
      this.positions =
          new double[][] {
            Vectors.along(start, 0, direction), Vectors.along(start, separation, direction)
          };
      this.adams = new Adam[] {new Adam(start.length), new Adam(start.length)};
      round();
    }

    private void round() {
      images[0] = Vectors.image(positions[0], domain);
      images[1] = Vectors.image(positions[1], domain);
    }

    /** The gradient of log ||P d|| with respect to the first image's logits. */
    double[] cotangent(double[] first, double[] second) {
      double[] difference = new double[first.length];
      for (int i = 0; i < difference.length; i++) {
        difference[i] = first[i] - second[i];
      }
      double[] pulled = gram.apply(difference);
      double square = 0;
      for (int i = 0; i < difference.length; i++) {
        square += difference[i] * pulled[i];
      }
      size = Math.sqrt(square);
      double scale = square == 0 ? 0 : 1 / square;
      return Arrays.stream(pulled).map(p -> scale * p).toArray();
    }

    double ratio() {
      return size == 0 ? 0 : size / Vectors.distance(images[0], images[1]);
    }

    void ascend(float[] firstGradient, float[] secondGradient, double step) {
      int values = firstGradient.length;
      double square = Math.pow(Vectors.distance(images[0], images[1]), 2);
      double[][] slopes = new double[2][values];
      for (int i = 0; i < values; i++) {
        double apart = square == 0 ? 0 : (positions[0][i] - positions[1][i]) / square;
        slopes[0][i] = apart - firstGradient[i];
        slopes[1][i] = -apart - secondGradient[i];
      }
      for (int k = 0; k < 2; k++) {
        adams[k].descend(positions[k], slopes[k], step);
        for (int i = 0; i < values; i++) {
          positions[k][i] = domain.clamp(positions[k][i]);
        }
      }
      keepApart();
      round();
    }

    private void keepApart() {
      double[] apart = new double[positions[0].length];
      for (int i = 0; i < apart.length; i++) {
        apart[i] = positions[1][i] - positions[0][i];
      }
      double norm = Vectors.norm(apart);
      for (int i = 0; i < apart.length && norm > 0 && norm < separation; i++) {
        positions[1][i] = domain.clamp(positions[0][i] + separation / norm * apart[i]);
      }
    }
  }
}
