package org.lipkit.checker;

/** Activations; channels alternate fastest. */
enum Activation {
  RELU {
    @Override
    Exact on(int channels) {
      return (m, k) -> m[k] > 0 ? 1 : 0;
    }
  },

  /** Of channels c and c + channels / 2, the larger first. */
  MIN_MAX {
    @Override
    Exact on(int channels) {
      int half = channels / 2;
      return new Exact() {
        @Override
        public int source(double[] m, int k) {
          boolean first = k % channels < half;
          int other = first ? k + half : k - half;
          int low = Math.min(k, other);
          int larger = m[low] >= m[low + half] ? low : low + half;
          return first ? larger : 2 * low + half - larger;
        }

        @Override
        public int sign(double[] m, int k) {
          return 1;
        }
      };
    }
  },

  /** The absolute values of the first half of the channels, and the others as they are. */
  HALF_ABS {
    @Override
    Exact on(int channels) {
      long folded = Math.round(channels / 2.0);
      return (m, k) -> k % channels < folded && m[k] < 0 ? -1 : 1;
    }
  };

  /** The activation as a part of a network. */
  abstract Exact on(int channels);
}
