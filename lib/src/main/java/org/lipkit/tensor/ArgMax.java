package org.lipkit.tensor;

/** The place of the largest number of a row, the first of them on a tie. */
public final class ArgMax {

  private ArgMax() {}

  /**
   * The class that logits predict.
   *
   * @param y at least one number
   * @return the place of the largest
   */
  public static int of(double[] y) {
    return except(y, -1);
  }

  /**
   * The strongest rival of a class: the other class with the largest logit.
   *
   * @param y at least two numbers
   * @param own the place to leave out
   * @return the place of the largest of the others
   */
  public static int except(double[] y, int own) {
    int best = own == 0 ? 1 : 0;
    for (int i = best + 1; i < y.length; i++) {
      best = i != own && y[i] > y[best] ? i : best;
    }
    return best;
  }
}
