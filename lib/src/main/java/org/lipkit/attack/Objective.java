package org.lipkit.attack;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.lipkit.tensor.ArgMax;

/**
 * What an attack maximises: a function of one sample's logits.
 *
 * @param value larger is closer to an adversarial image
 * @param gradient a positive multiple of its gradient with respect to the logits
 */
record Objective(ToDoubleFunction<double[]> value, UnaryOperator<double[]> gradient) {

  double value(double[] y) {
    return value.applyAsDouble(y);
  }

  double[] gradient(double[] y) {
    return gradient.apply(y);
  }

  /**
   * Cross entropy of a class. Its gradient is scaled to a largest entry of 1, so that it does not
   * underflow on samples that are classified with near certainty.
   */
  static Objective crossEntropy(int own) {
    return new Objective(
        y -> {
          double top = Arrays.stream(y).max().orElseThrow();
          return Math.log(Arrays.stream(y).map(v -> Math.exp(v - top)).sum()) + top - y[own];
        },
        y -> {
          double top = y[ArgMax.except(y, own)];
          double[] gradient = Arrays.stream(y).map(v -> Math.exp(v - top)).toArray();
          gradient[own] = 0;
          gradient[own] = -Arrays.stream(gradient).sum();
          double scale = -gradient[own];
          return Arrays.stream(gradient).map(g -> g / scale).toArray();
        });
  }

  /** How far one rival leads, {@code y_rival - y_own}. */
  static Objective difference(int own, int rival) {
    return new Objective(y -> y[rival] - y[own], y -> difference(y.length, rival, own));
  }

  /** How far the strongest rival leads, {@code max_{i != own} y_i - y_own}. */
  static Objective lead(int own) {
    return new Objective(
        y -> y[ArgMax.except(y, own)] - y[own],
        y -> difference(y.length, ArgMax.except(y, own), own));
  }

  /** The combination {@code y_i - y_j} of the logits. */
  static double[] difference(int classes, int i, int j) {
    double[] c = new double[classes];
    c[i] += 1;
    c[j] -= 1;
    return c;
  }

  /**
   * The targeted difference of logits ratio, {@code (y_t - y_j) / (y_(1) - (y_(3) + y_(4)) / 2)}
   * with y_(k) the k-th largest logit (Croce and Hein 2020, "Reliable evaluation of adversarial
   * robustness", the targeted variant of its DLR loss). It needs four classes; with fewer it is the
   * difference itself.
   */
  static Objective targetedRatio(int own, int target) {
    return new Objective(
        y -> (y[target] - y[own]) / spread(y),
        y -> {
          double[] gradient = difference(y.length, target, own);
          if (y.length >= 4) {
            int[] order = Target.byFallingLogit(y).toArray();
            double share = (y[target] - y[own]) / spread(y);
            gradient[order[0]] -= share;
            gradient[order[2]] += share / 2;
            gradient[order[3]] += share / 2;
          }
          return gradient;
        });
  }

  private static double spread(double[] y) {
    int[] order = Target.byFallingLogit(y).toArray();
    return y.length < 4 ? 1 : Math.max(1e-12, y[order[0]] - (y[order[2]] + y[order[3]]) / 2);
  }
}
