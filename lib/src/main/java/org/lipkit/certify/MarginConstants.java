package org.lipkit.certify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.MarginRule;
import org.lipkit.tensor.Tensors;

/**
 * The Lipschitz constants K_ji of a trained classifier's logit differences {@code y_j - y_i},
 * computed once and in float64 from the weights that the forward pass multiplies with.
 */
public final class MarginConstants {

  private final double[][] constants;
  private final Bound scale;

  private MarginConstants(double[][] constants, Bound scale) {
    this.constants = constants;
    this.scale = scale;
  }

  /**
   * Bounds all margins of a classifier by its own {@link MarginRule}.
   *
   * @param classifier an initialised classifier
   * @param method how to find the norms of its linear layers
   * @param manager where the computation may create arrays; all are freed again
   * @return the constants
   */
  public static MarginConstants of(Classifier classifier, NormMethod method, NDManager manager) {
    if (classifier.rule() == MarginRule.PAIRWISE) {
      return new MarginConstants(
          distances(rows(classifier)), classifier.body().bound(method, manager));
    }
    int classes = rows(classifier).length;
    double[][] ones = new double[classes][classes];
    for (int j = 0; j < classes; j++) {
      for (int i = 0; i < classes; i++) {
        ones[j][i] = i == j ? 0 : Math.nextUp(Math.sqrt(2));
      }
    }
    return new MarginConstants(ones, classifier.bound(method, manager));
  }

  private static double[][] rows(Classifier classifier) {
    return Tensors.scoped(
        () -> {
          NDArray weight = Tensors.withoutGradient(() -> classifier.head().weight());
          int classes = (int) weight.getShape().get(0);
          int width = (int) weight.getShape().get(1);
          double[] entries = Tensors.toDoubles(weight);
          double[][] rows = new double[classes][width];
          for (int j = 0; j < classes; j++) {
            System.arraycopy(entries, j * width, rows[j], 0, width);
          }
          return rows;
        });
  }

  private static double[][] distances(double[][] rows) {
    double[][] distances = new double[rows.length][rows.length];
    for (int j = 0; j < rows.length; j++) {
      for (int i = 0; i < j; i++) {
        distances[j][i] = distanceUp(rows[j], rows[i]);
        distances[i][j] = distances[j][i];
      }
    }
    return distances;
  }

  /** ||a - b|| rounded up: each difference, square and sum is raised to the next double. */
  private static double distanceUp(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      double difference = Math.nextUp(Math.abs(a[d] - b[d]));
      sum = Math.nextUp(sum + Math.nextUp(difference * difference));
    }
    return Math.nextUp(Math.sqrt(sum));
  }

  /**
   * The number of classes C.
   *
   * @return C
   */
  public int classes() {
    return constants.length;
  }

  /**
   * The Lipschitz constant of {@code y_j - y_i}, rounded up.
   *
   * @param j a class
   * @param i another class
   * @return K_ji
   */
  public double of(int j, int i) {
    return Math.nextUp(scale.value() * constants[j][i]);
  }

  /**
   * The factor common to all pairs: K_sub with pairwise margins, K_net with the network's constant.
   *
   * @return the factor with its kind; the margins' constants are of the same kind
   */
  public Bound scale() {
    return scale;
  }
}
