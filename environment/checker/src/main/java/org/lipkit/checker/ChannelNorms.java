package org.lipkit.checker;

/**
 * The Euclidean norm y of each channel of an image, {@code y = sqrt(sum x_i^2)}; 1-Lipschitz.
 *
 * <p>The program adds n squares in some order, takes 2^-126 where that is more, and draws the root.
 * A square goes through at most n roundings, which the root halves, and the root rounds once more,
 * so that y is off by at most gamma_{n+1} y. Underflow of the squares and of their sums, and the
 * 2^-126, change the sum by at most (4 n + 1) 2^-126 and hence y by less than {@code 3 sqrt(n)
 * 2^-63}. Here d is the distance of the program's input from m, and the lengths of inputs and
 * outputs are the same:
 *
 * <pre>  p' = p + gamma_64 ||m||,   q' = q + gamma_32 (||m|| + d) + underflow,   k' = k.</pre>
 *
 * No square or sum overflows while {@code ||m|| + d} is below 2^63.
 *
 * @param channels how many there are; they alternate fastest
 */
record ChannelNorms(int channels) implements Part {

  private static final double LARGEST = 0x1p63;

  @Override
  public double norm() {
    return 1;
  }

  @Override
  public Local at(double[] m) {
    double[] output = new double[channels];
    for (int k = 0; k < m.length; k++) {
      output[k % channels] += m[k] * m[k];
    }
    for (int c = 0; c < channels; c++) {
      output[c] = Math.sqrt(output[c]);
    }
    int pixels = m.length / channels;
    double length = Up.length(m);
    return new Local(
        output,
        before -> grown(before, length, pixels),
        gradient -> pulledBack(m, output, gradient));
  }

  private Spread grown(Spread before, double length, int pixels) {
    double magnitude = Up.plus(length, before.distance());
    double underflow = Up.times(0x3p-63, Up.root(Up.times(channels, pixels)));
    double rounding = Up.plus(Up.times(Up.gamma(pixels + 1L, Up.FLOAT), magnitude), underflow);
    double here = Up.plus(Up.times(Up.gamma(pixels + 1L, Up.DOUBLE), length), underflow);
    return new Spread(
        Up.plus(before.p(), here),
        magnitude < LARGEST ? Up.plus(before.q(), rounding) : Double.POSITIVE_INFINITY,
        before.k(),
        before.r());
  }

  private double[] pulledBack(double[] m, double[] output, double[] gradient) {
    double[] g = new double[m.length];
    for (int k = 0; k < m.length; k++) {
      double norm = output[k % channels];
      g[k] = norm > 0 ? gradient[k % channels] * m[k] / norm : 0;
    }
    return g;
  }
}
