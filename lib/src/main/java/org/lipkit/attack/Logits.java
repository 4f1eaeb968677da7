package org.lipkit.attack;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Reading a row of logits. */
public final class Logits {

  private Logits() {}

  /** The class with the largest logit, the first of them on a tie. */
  static int prediction(double[] y) {
    int best = 0;
    for (int i = 1; i < y.length; i++) {
      best = y[i] > y[best] ? i : best;
    }
    return best;
  }

  /**
   * The strongest rival of a class: the other class with the largest logit, the first of them on a
   * tie.
   *
   * @param y the logits, at least two
   * @param own the class
   * @return its rival
   */
  public static int rival(double[] y, int own) {
    int best = own == 0 ? 1 : 0;
    for (int i = best + 1; i < y.length; i++) {
      best = i != own && y[i] > y[best] ? i : best;
    }
    return best;
  }

  /** The rivals of a class by falling logit, at most so many. */
  static int[] rivals(double[] y, int own, int most) {
    return IntStream.range(0, y.length)
        .filter(i -> i != own)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -y[i]))
        .limit(most)
        .mapToInt(i -> i)
        .toArray();
  }

  /** The combination {@code y_i - y_j} of the logits. */
  static double[] difference(int classes, int i, int j) {
    double[] c = new double[classes];
    c[i] += 1;
    c[j] -= 1;
    return c;
  }
}
