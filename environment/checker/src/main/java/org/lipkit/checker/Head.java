package org.lipkit.checker;

/** The last layer: one row of weights and one bias for each class. */
final class Head {

  private final double[][] rows;
  private final double[] bias;
  private final double[] lengths;
  private final double[][] distances;

  Head(double[][] rows, double[] bias) {
    this.rows = rows;
    this.bias = bias;
    this.lengths = new double[rows.length];
    this.distances = new double[rows.length][rows.length];
    for (int j = 0; j < rows.length; j++) {
      lengths[j] = Up.length(rows[j]);
      for (int i = 0; i < j; i++) {
        distances[j][i] = Up.distance(rows[j], rows[i]);
        distances[i][j] = distances[j][i];
      }
    }
  }

  int classes() {
    return rows.length;
  }

  int inputs() {
    return rows[0].length;
  }

  /** At least the spectral norm of the rows. */
  double norm() {
    return norm(Double.POSITIVE_INFINITY);
  }

  /** The same, and at most what is claimed if that can be proved. */
  double norm(double claim) {
    return NormBound.of(Matrix.dense(rows), claim);
  }

  /** At most the spectral norm of the rows. */
  double normBelow() {
    return NormBound.below(Matrix.dense(rows));
  }

  /** At least the length of row j. */
  double length(int j) {
    return lengths[j];
  }

  /** At least the distance between two rows. */
  double distance(int j, int i) {
    return distances[j][i];
  }

  /** {@code w_i - w_j} in plain doubles. */
  double[] difference(int i, int j) {
    double[] difference = rows[i].clone();
    for (int k = 0; k < difference.length; k++) {
      difference[k] -= rows[j][k];
    }
    return difference;
  }

  /** {@code <w_j, x> + b_j} in plain doubles. */
  double logit(int j, double[] x) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += rows[j][k] * x[k];
    }
    return sum + bias[j];
  }

  /** At least {@code |w_j| |x| + |b_j|}. */
  double magnitude(int j, double[] x) {
    return Up.plus(Up.dot(rows[j], x), Math.abs(bias[j]));
  }

  /** How far {@link #logit} may be from the logit in exact arithmetic, underflow included. */
  double error(int j, double[] x) {
    double rounding = Up.times(Up.gamma(inputs() + 1L, Up.DOUBLE), magnitude(j, x));
    return Up.plus(rounding, inputs() * Double.MIN_NORMAL);
  }

  /** How far the program's sums can be off, as a share of the magnitude. */
  double gamma() {
    return Up.gamma(Affine.roundings(inputs(), 1), Up.FLOAT);
  }

  /** What subnormal numbers add to a logit's rounding; see {@link Affine#underflow}. */
  double underflow(int j, double length) {
    double sums = Up.times(inputs(), Up.plus(length(j), length));
    return Up.times(0x1p-125, Up.plus(2.0 * inputs() + 3, sums));
  }
}
