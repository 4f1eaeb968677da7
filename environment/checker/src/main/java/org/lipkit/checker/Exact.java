package org.lipkit.checker;

/**
 * A 1-Lipschitz part that the program computes without rounding: each output entry is one entry of
 * the input, or its negative.
 */
@FunctionalInterface
interface Exact extends Part {

  /** Which entry of the input m becomes entry k of the output: that of the same place. */
  default int source(double[] m, int k) {
    return k;
  }

  /** 1, -1 or 0: what it is multiplied with. */
  int sign(double[] m, int k);

  @Override
  default double norm() {
    return 1;
  }

  @Override
  default Local at(double[] m) {
    double[] output = new double[m.length];
    for (int k = 0; k < m.length; k++) {
      output[k] = sign(m, k) * m[source(m, k)];
    }
    return new Local(output, spread -> spread, gradient -> pulledBack(m, gradient));
  }

  private double[] pulledBack(double[] m, double[] gradient) {
    double[] g = new double[m.length];
    for (int k = 0; k < m.length; k++) {
      g[source(m, k)] += sign(m, k) * gradient[k];
    }
    return g;
  }
}
