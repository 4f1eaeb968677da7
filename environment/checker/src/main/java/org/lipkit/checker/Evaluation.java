package org.lipkit.checker;

import java.util.List;

/**
 * One sample x, computed in doubles, and what follows from that about the float32 program at all
 * inputs x' with {@code ||x' - x|| <= r}.
 *
 * <p>After some layers let m be what was computed here at x, a(x) the same in exact arithmetic and
 * c(x') what the program computes. Carried from layer to layer are three numbers,
 *
 * <pre>{@code ||m - a(x)|| <= p,   ||c(x') - a(x')|| <= q,   ||a(x') - a(x)|| <= k r,}</pre>
 *
 * so that {@code ||c(x') - m|| <= d = p + q + k r}. A layer {@code A x + b} multiplies each by
 * ||A|| and rounds, as {@link Affine} counts it, by at most gamma times {@code |A| |input| + |b|},
 * where the input is m here and c(x') in the program, whose absolute values are within d of m's:
 *
 * <pre>  p' = ||A|| p + gamma_64 M,   q' = ||A|| q + gamma_32 (M + || |A| || d),
 *   M = || |A| |m| + |b| ||.</pre>
 *
 * The activations are exact and 1-Lipschitz, and keep all three. No partial sum in the program
 * exceeds twice {@code M + || |A| || d}, which must be in float32's range. At the end, for each
 * pair of logits and with the head's rows w,
 *
 * <pre>  c_j(x') - c_i(x')  >=  m_j - m_i  -  ||w_j - w_i|| (p + q)  -  K_ji r  -  rounding.</pre>
 */
public final class Evaluation {

  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private final List<Affine> body;
  private final Head head;
  private final double[][] constants;
  private final double[] lengths;
  private final double[] magnitudes;
  private final double[] logits;
  private final double[] logitMagnitudes;
  private final double[] logitErrors;
  private final double length;

  Evaluation(Network network, double[][] constants, float[] pixels) {
    this.body = network.body();
    this.head = network.head();
    this.constants = constants;
    this.lengths = new double[body.size()];
    this.magnitudes = new double[body.size()];
    this.logits = new double[head.classes()];
    this.logitMagnitudes = new double[logits.length];
    this.logitErrors = new double[logits.length];
    double[] m = network.interleaved(pixels);
    for (int l = 0; l < lengths.length; l++) {
      lengths[l] = Up.length(m);
      magnitudes[l] = body.get(l).magnitude(m);
      m = body.get(l).apply(m);
    }
    length = Up.length(m);
    for (int j = 0; j < logits.length; j++) {
      logits[j] = head.logit(j, m);
      logitMagnitudes[j] = head.magnitude(j, m);
      logitErrors[j] = head.error(j, m);
    }
  }

  /** The numbers p and q before the head, and d; infinite if a sum may overflow. */
  private record Spread(double p, double q, double d) {}

  private Spread spread(double r) {
    double p = 0;
    double q = 0;
    double k = 1;
    for (int l = 0; l < lengths.length; l++) {
      Affine layer = body.get(l);
      double d = Up.plus(Up.plus(p, q), Up.times(k, r));
      double magnitude = Up.plus(magnitudes[l], Up.times(layer.absoluteNorm(), d));
      double underflow = layer.underflow(Up.plus(lengths[l], d));
      double rounding = Up.plus(Up.times(layer.gamma(), magnitude), underflow);
      q = Up.plus(Up.times(layer.norm(), q), inRange(magnitude, underflow) ? rounding : INFINITY);
      double here = Up.plus(Up.times(layer.plainGamma(), magnitudes[l]), underflow);
      p = Up.plus(Up.times(layer.norm(), p), here);
      k = Up.times(k, layer.norm());
    }
    return new Spread(p, q, Up.plus(Up.plus(p, q), Up.times(k, r)));
  }

  private static boolean inRange(double magnitude, double underflow) {
    return Up.plus(2 * magnitude, underflow) < Float.MAX_VALUE;
  }

  /** The rounding of the program's logit in the head itself. */
  private double headRounding(int j, double d) {
    double magnitude = Up.plus(logitMagnitudes[j], Up.times(head.length(j), d));
    double underflow = head.underflow(j, Up.plus(length, d));
    return inRange(magnitude, underflow)
        ? Up.plus(Up.times(head.gamma(), magnitude), underflow)
        : INFINITY;
  }

  /**
   * At most the logit in exact arithmetic.
   *
   * @param j a class
   * @return a lower bound
   */
  public double low(int j) {
    return Math.nextDown(logits[j] - logitError(j));
  }

  /**
   * At least the logit in exact arithmetic.
   *
   * @param j a class
   * @return an upper bound
   */
  public double high(int j) {
    return Math.nextUp(logits[j] + logitError(j));
  }

  private double logitError(int j) {
    return Up.plus(Up.times(head.length(j), spread(0).p()), logitErrors[j]);
  }

  /**
   * How far the program's logit can be from that of exact arithmetic.
   *
   * @param j a class
   * @param r a radius around the sample, in pixels of [0, 1]; 0 is the sample itself
   * @return a bound for all inputs within the radius
   */
  public double rounding(int j, double r) {
    Spread before = spread(r);
    return Up.plus(Up.times(head.length(j), before.q()), headRounding(j, before.d()));
  }

  /**
   * Whether the program is proved to give class j the strictly largest logit at every float32 input
   * within a radius.
   *
   * @param j a class
   * @param r the radius in pixels of [0, 1]
   * @return true if it is proved; false says nothing
   */
  public boolean proves(int j, double r) {
    Spread before = spread(r);
    double inBody = Up.plus(before.p(), before.q());
    double one = Up.plus(logitErrors[j], headRounding(j, before.d()));
    for (int i = 0; i < logits.length; i++) {
      double other = Up.plus(logitErrors[i], headRounding(i, before.d()));
      double loss = Up.plus(Up.times(head.distance(j, i), inBody), Up.plus(one, other));
      loss = Up.plus(loss, Up.times(constants[j][i], r));
      if (i != j && !(Math.nextDown(logits[j] - logits[i]) > loss)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The largest radius that is proved, up to a few parts in a million.
   *
   * @param j the class to prove
   * @param most where to stop
   * @return a proved radius, at most {@code most}; 0 if none is
   */
  public double provedRadius(int j, double most) {
    if (proves(j, most)) {
      return most;
    }
    double proved = 0;
    double refused = most;
    for (int step = 0; step < 20; step++) {
      double middle = (proved + refused) / 2;
      if (proves(j, middle)) {
        proved = middle;
      } else {
        refused = middle;
      }
    }
    return proved;
  }

  /**
   * Whether the program is proved <i>not</i> to predict class j at the sample itself.
   *
   * @param j a class
   * @return true if another logit is certainly larger
   */
  public boolean refutes(int j) {
    for (int i = 0; i < logits.length; i++) {
      if (i != j
          && Math.nextDown(low(i) - rounding(i, 0)) > Math.nextUp(high(j) + rounding(j, 0))) {
        return true;
      }
    }
    return false;
  }
}
