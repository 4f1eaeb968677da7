package org.lipkit.attack;

import java.util.Arrays;

/** What an attack maximises: a function of one sample's logits. */
interface Objective {

  /** The value; larger is closer to an adversarial image. */
  double value(double[] y);

  /** A positive multiple of the gradient with respect to the logits. */
  double[] gradient(double[] y);

  /**
   * Cross entropy of a class. Its gradient is scaled to a largest entry of 1, so that it does not
   * underflow on samples that are classified with near certainty.
   */
  static Objective crossEntropy(int own) {
    return new Objective() {
      @Override
      public double value(double[] y) {
        double top = Arrays.stream(y).max().orElseThrow();
        return Math.log(Arrays.stream(y).map(v -> Math.exp(v - top)).sum()) + top - y[own];
      }

      @Override
      public double[] gradient(double[] y) {
        double top = y[Logits.rival(y, own)];
        double[] gradient = Arrays.stream(y).map(v -> Math.exp(v - top)).toArray();
        gradient[own] = 0;
        gradient[own] = -Arrays.stream(gradient).sum();
        double scale = -gradient[own];
        return Arrays.stream(gradient).map(g -> g / scale).toArray();
      }
    };
  }

  /** How far the strongest rival leads: {@code max_{i != j} y_i - y_j}. */
  static Objective lead(int own) {
    return new Objective() {
      @Override
      public double value(double[] y) {
        return y[Logits.rival(y, own)] - y[own];
      }

      @Override
      public double[] gradient(double[] y) {
        return Logits.difference(y.length, Logits.rival(y, own), own);
      }
    };
  }

  /**
   * The targeted difference of logits ratio, {@code (y_t - y_j) / (y_(1) - (y_(3) + y_(4)) / 2)}
   * with y_(k) the k-th largest logit (Croce and Hein 2020, "Reliable evaluation of adversarial
   * robustness", the targeted variant of its DLR loss). It needs four classes; with fewer it is the
   * difference alone.
   */
  static Objective targetedRatio(int own, int target) {
    return new Objective() {
      @Override
      public double value(double[] y) {
        return (y[target] - y[own]) / spread(y, order(y));
      }

      @Override
      public double[] gradient(double[] y) {
        int[] order = order(y);
        double spread = spread(y, order);
        double[] gradient = Logits.difference(y.length, target, own);
        if (y.length >= 4) {
          double share = (y[target] - y[own]) / spread;
          gradient[order[0]] -= share;
          gradient[order[2]] += share / 2;
          gradient[order[3]] += share / 2;
        }
        return gradient;
      }

      private int[] order(double[] y) {
        return Logits.rivals(y, -1, 4);
      }

      private double spread(double[] y, int[] order) {
        return y.length < 4 ? 1 : Math.max(1e-12, y[order[0]] - (y[order[2]] + y[order[3]]) / 2);
      }
    };
  }
}
