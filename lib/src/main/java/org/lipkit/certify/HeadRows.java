package org.lipkit.certify;

import ai.djl.ndarray.NDArray;
import org.lipkit.bound.Upward;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Pass;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * Lengths of a head's rows w_j and of their differences, from the float32 weights that the forward
 * pass multiplies with and rounded up.
 *
 * @param lengths ||w_j||, (classes)
 * @param distances ||w_j - w_i||, (classes, classes)
 */
public record HeadRows(double[] lengths, double[][] distances) {

  /**
   * Reads the lengths from a head.
   *
   * @param classifier an initialised classifier
   * @return the lengths and distances, each at least the true one
   */
  public static HeadRows of(Classifier classifier) {
    Given.notNull("The classifier", classifier);
    double[][] rows = Tensors.scoped(() -> rows(classifier));
    double[] zero = new double[rows[0].length];
    double[] lengths = new double[rows.length];
    double[][] distances = new double[rows.length][rows.length];
    for (int j = 0; j < rows.length; j++) {
      lengths[j] = distanceUp(rows[j], zero);
      for (int i = 0; i < j; i++) {
        distances[j][i] = distanceUp(rows[j], rows[i]);
        distances[i][j] = distances[j][i];
      }
    }
    return new HeadRows(lengths, distances);
  }

  private static double[][] rows(Classifier classifier) {
    NDArray weight = Tensors.withoutGradient(() -> classifier.headForm(Pass.EVALUATION).weight());
    int classes = (int) weight.getShape().get(0);
    int width = (int) weight.getShape().get(1);
    double[] entries = Tensors.toDoubles(weight);
    double[][] rows = new double[classes][width];
    for (int j = 0; j < classes; j++) {
      System.arraycopy(entries, j * width, rows[j], 0, width);
    }
    return rows;
  }

  /** ||a - b|| rounded up. */
  private static double distanceUp(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      double difference = Math.nextUp(Math.abs(a[d] - b[d]));
      sum = Upward.plus(sum, Upward.times(difference, difference));
    }
    return Upward.root(sum);
  }
}
