package org.lipkit.checker;

/**
 * The last layer, whose rows the program may scale to length 1 in float32 before it uses them.
 *
 * <p><b>Scaled rows.</b> The program sums n squares, takes the root and divides. The sum of squares
 * is off by a share of at most {@code d = gamma(n + 2)}, of which one operation covers underflow,
 * as rows are refused whose length is extreme; so the reciprocal of the root is off by at most
 * {@code d / 2 + d^2 + 2 u}, and the program's row is
 *
 * <pre>  w_j = (1 + c_j) v_j + e_j,   |c_j| &lt;= common,   |e_jk| &lt;= entry |v_jk| + 2^-126
 * </pre>
 *
 * with the row v_j that is scaled here in doubles, whose own rounding is far below u, and {@code
 * entry = 2 u} for the division.
 */
final class Head {

  /** A row's smallest number, which division may take as 0. */
  private static final double TINY = 0x1p-126;

  private static final double SHORTEST = 0x1p-40;
  private static final double LONGEST = 0x1p60;

  private final double[][] rows;
  private final double[] bias;
  private final double common;
  private final double entry;
  private final double[] lengths;
  private final double[][] distances;

  private Head(double[][] rows, double[] bias, double common, double entry) {
    this.rows = rows;
    this.bias = bias;
    this.common = common;
    this.entry = entry;
    this.lengths = new double[rows.length];
    this.distances = new double[rows.length][rows.length];
    for (int j = 0; j < rows.length; j++) {
      lengths[j] = Up.plus(Up.length(rows[j]), difference(j));
      for (int i = 0; i < j; i++) {
        double spread = Up.plus(difference(j), difference(i));
        distances[j][i] = Up.plus(Up.distance(rows[j], rows[i]), spread);
        distances[i][j] = distances[j][i];
      }
    }
  }

  static Head plain(double[][] rows, double[] bias) {
    return new Head(rows, bias, 0, 0);
  }

  static Head scaled(double[][] rows, double[] bias) {
    double[][] scaled = new double[rows.length][];
    for (int j = 0; j < rows.length; j++) {
      double length = Up.length(rows[j]);
      if (!(length > SHORTEST && length < LONGEST)) {
        throw new IllegalArgumentException(
            "Row "
                + j
                + " of the head has the length "
                + length
                + ", which cannot be scaled to 1.");
      }
      scaled[j] = new double[rows[j].length];
      for (int k = 0; k < rows[j].length; k++) {
        scaled[j][k] = rows[j][k] / length;
      }
    }
    double d = Up.gamma(rows[0].length + 2L, Up.FLOAT);
    double common = Up.plus(Up.plus(d / 2, Up.times(d, d)), 2 * Up.FLOAT);
    return new Head(scaled, bias, common, 2 * Up.FLOAT);
  }

  int classes() {
    return rows.length;
  }

  int inputs() {
    return rows[0].length;
  }

  /** At least the spectral norm of the program's rows. */
  double norm() {
    double spread = 0;
    for (int j = 0; j < rows.length; j++) {
      spread = Up.plus(spread, difference(j));
    }
    return Up.plus(NormBound.of(Matrix.dense(rows)), spread);
  }

  /** At least the length of the program's row j. */
  double length(int j) {
    return lengths[j];
  }

  /** At least the distance between two of the program's rows. */
  double distance(int j, int i) {
    return distances[j][i];
  }

  /** At least the length of {@code w_j - v_j}. */
  private double difference(int j) {
    return common == 0
        ? 0
        : Up.plus(Up.times(Up.plus(common, entry), Up.length(rows[j])), Up.times(inputs(), TINY));
  }

  /** {@code <v_j, x> + b_j} in plain doubles. */
  double logit(int j, double[] x) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += rows[j][k] * x[k];
    }
    return sum + bias[j];
  }

  /** At least {@code |w_j| |x| + |b_j|} and the same with v_j. */
  double magnitude(int j, double[] x) {
    double products = Up.times(Up.dot(rows[j], x), Up.plus(1, Up.plus(common, entry)));
    return Up.plus(Up.plus(products, Math.abs(bias[j])), flushed(x));
  }

  /** How far {@link #logit} may be from the logit with the program's row, in exact arithmetic. */
  double error(int j, double[] x) {
    double doubles = Up.times(Up.gamma(inputs() + 1L, Up.DOUBLE), magnitude(j, x));
    double product = Up.plus(doubles, Up.plus(Math.abs(logit(j, x)), Math.abs(bias[j])));
    double scaling = Up.plus(Up.times(common, product), Up.times(entry, magnitude(j, x)));
    return Up.plus(Up.plus(doubles, scaling), flushed(x));
  }

  private double flushed(double[] x) {
    return Up.times(inputs(), Up.times(2 * TINY, Up.plus(Up.length(x), 1)));
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
