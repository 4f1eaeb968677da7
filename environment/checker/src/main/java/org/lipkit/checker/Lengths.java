package org.lipkit.checker;

import java.util.Arrays;

/**
 * The Euclidean length of each window: 1-Lipschitz for one of them, so that the constant is at most
 * {@code sqrt(n)}, where every entry lies in n windows at most.
 *
 * @param windows the places that each output reads
 * @param inputs how many entries there are
 * @param norm at least the Lipschitz constant
 */
record Lengths(int[][] windows, int inputs, double norm) implements Part {

  static Lengths of(int[][] windows, int inputs) {
    return new Lengths(windows, inputs, Copying.rootOfUses(windows, inputs));
  }

  /** Where a sum of squares is below 2^-126 the program's root may be off by 3 k 2^-63. */
  @Override
  public Local at(double[] m) {
    double[] output = new double[windows.length];
    for (int o = 0; o < output.length; o++) {
      output[o] = Math.sqrt(Arrays.stream(windows[o]).mapToDouble(k -> m[k] * m[k]).sum());
    }
    int most = Arrays.stream(windows).mapToInt(window -> window.length).max().orElse(0);
    double length = Up.length(output);
    double underflow = Up.times(Up.times(0x3p-63, Up.root(most)), Up.root(output.length));
    return new Local(
        output,
        before -> before.rounded(norm, most + 2L, length, underflow),
        gradient -> {
          double[] g = new double[inputs];
          for (int o = 0; o < output.length; o++) {
            for (int k : windows[o]) {
              g[k] += output[o] > 0 ? gradient[o] * m[k] / output[o] : 0;
            }
          }
          return g;
        });
  }
}
