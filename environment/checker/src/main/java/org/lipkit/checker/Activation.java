package org.lipkit.checker;

/** Activations that are exact and 1-Lipschitz; channels alternate fastest. */
enum Activation {
  RELU {
    @Override
    int source(double[] x, int k, int channels) {
      return x[k] > 0 ? k : NONE;
    }
  },

  /** Of channels c and c + channels / 2, the larger first. */
  MIN_MAX {
    @Override
    int source(double[] x, int k, int channels) {
      int half = channels / 2;
      boolean first = k % channels < half;
      int other = first ? k + half : k - half;
      int low = Math.min(k, other);
      int larger = x[low] >= x[low + half] ? low : low + half;
      return first ? larger : 2 * low + half - larger;
    }
  };

  private static final int NONE = -1;

  /** Which entry of the input becomes entry k of the output; {@link #NONE} for 0. */
  abstract int source(double[] x, int k, int channels);

  /** The activation as a part of a network. */
  Part on(int channels) {
    return new Part() {
      @Override
      public double norm() {
        return 1;
      }

      @Override
      public Local at(double[] m) {
        double[] output = new double[m.length];
        for (int k = 0; k < m.length; k++) {
          int source = source(m, k, channels);
          output[k] = source == NONE ? 0 : m[source];
        }
        return new Local(output, spread -> spread, gradient -> pulledBack(m, gradient, channels));
      }
    };
  }

  private double[] pulledBack(double[] m, double[] gradient, int channels) {
    double[] g = new double[m.length];
    for (int k = 0; k < m.length; k++) {
      int source = source(m, k, channels);
      if (source != NONE) {
        g[source] += gradient[k];
      }
    }
    return g;
  }
}
