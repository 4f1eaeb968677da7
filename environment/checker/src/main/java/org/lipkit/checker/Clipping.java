package org.lipkit.checker;

import java.util.Arrays;

/**
 * Brings every entry between two numbers; 1-Lipschitz and exact.
 *
 * @param least the lower bound, perhaps infinite
 * @param most the upper one
 */
record Clipping(double least, double most) implements Part {

  @Override
  public double norm() {
    return 1;
  }

  @Override
  public Local at(double[] m) {
    double[] output = Arrays.stream(m).map(x -> Math.min(most, Math.max(least, x))).toArray();
    return new Local(
        output,
        before -> before,
        gradient -> {
          double[] g = gradient.clone();
          for (int k = 0; k < g.length; k++) {
            g[k] = output[k] == m[k] ? g[k] : 0;
          }
          return g;
        });
  }
}
