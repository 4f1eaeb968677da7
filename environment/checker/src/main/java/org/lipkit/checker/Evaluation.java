package org.lipkit.checker;

/**
 * One sample x, computed in doubles, and what follows from that about the float32 program at all
 * inputs x' with {@code ||x' - x|| <= r}. From the {@link Spread} before the head, for each pair of
 * logits and with the head's rows w,
 *
 * <pre>  c_j(x') - c_i(x')  >=  m_j - m_i  -  ||w_j - w_i|| (p + q)  -  K_ji r  -  rounding.</pre>
 */
public final class Evaluation {

  private final Network network;
  private final Head head;
  private final double[][] constants;
  private final Part.Local body;
  private final double[] logits;
  private final double[] logitMagnitudes;
  private final double[] logitErrors;
  private final double length;

  Evaluation(Network network, double[][] constants, float[] pixels) {
    this.network = network;
    this.head = network.head();
    this.constants = constants;
    this.body = network.body().at(network.interleaved(pixels));
    this.logits = new double[head.classes()];
    this.logitMagnitudes = new double[logits.length];
    this.logitErrors = new double[logits.length];
    double[] m = body.output();
    this.length = Up.length(m);
    for (int j = 0; j < logits.length; j++) {
      logits[j] = head.logit(j, m);
      logitMagnitudes[j] = head.magnitude(j, m);
      logitErrors[j] = head.error(j, m);
    }
  }

  private Spread spread(double r) {
    return body.growth().apply(new Spread(0, 0, 1, r));
  }

  /** The rounding of the program's logit in the head itself. */
  private double headRounding(int j, double d) {
    double magnitude = Up.plus(logitMagnitudes[j], Up.times(head.length(j), d));
    return Up.rounding(head.gamma(), magnitude, head.underflow(j, Up.plus(length, d)));
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
    return Up.plus(Up.times(head.length(j), before.q()), headRounding(j, before.distance()));
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
    for (int i = 0; i < logits.length; i++) {
      double needed = Up.plus(uncertainty(j, i, before), Up.times(constants[j][i], r));
      if (i != j && !(Math.nextDown(logits[j] - logits[i]) > needed)) {
        return false;
      }
    }
    return true;
  }

  /** What the program's margin of class j over class i may lose to rounding, here and there. */
  private double uncertainty(int j, int i, Spread before) {
    double d = before.distance();
    double inBody = Up.times(head.distance(j, i), Up.plus(before.p(), before.q()));
    double one = Up.plus(logitErrors[j], headRounding(j, d));
    double other = Up.plus(logitErrors[i], headRounding(i, d));
    return Up.plus(inBody, Up.plus(one, other));
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
    Spread before = spread(0);
    for (int i = 0; i < logits.length; i++) {
      if (i != j && Math.nextDown(logits[i] - logits[j]) > uncertainty(i, j, before)) {
        return true;
      }
    }
    return false;
  }

  /** The logits in plain doubles. */
  double[] logits() {
    return logits.clone();
  }

  /** The gradient of {@code y_i - y_j} by the pixels, in plain doubles; no proof hangs on it. */
  double[] gradient(int i, int j) {
    return network.planes(body.pullback().apply(head.difference(i, j)));
  }
}
