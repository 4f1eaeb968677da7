package org.lipkit.checker;

import java.util.Arrays;

/**
 * A proof that a matrix A has at most some norm.
 *
 * <p>Let G be A A^T or A^T A, s a number and L <i>any</i> real matrix; call {@code R = s I - G - L
 * L^T}. As L L^T has no negative eigenvalue and the symmetric R none below minus its largest row
 * sum,
 *
 * <pre>  ||A||^2 = lambda_max(G) = lambda_max(s I - L L^T - R)  &lt;=  s + max_i sum_j |R_ij|.
 * </pre>
 *
 * <p>A good L makes R tiny: Cholesky's factor of s I - G, which exists if s is larger than ||A||^2
 * and which plain doubles give accurately enough. How s and L are found need not be trusted; only R
 * is bounded with care. Its entry is computed as {@code (s - g) - l} from two sums of products g
 * and l, so that each term is rounded at most t + b + 4 times if rows of A have t entries and rows
 * of L have b + 1. By Cauchy-Schwarz the terms' absolute values sum to at most {@code s + max_i
 * ||a_i||^2 + max_i ||l_i||^2}. With the band b, a row of R has at most 2 b + 1 entries.
 */
final class NormBound {

  private static final int LANCZOS_STEPS = 150;
  private static final int POWER_STEPS = 50;

  /** The share by which the root of s exceeds the estimate, at first. */
  private static final double SLACK = 1e-6;

  /** A claim is proved from a root of s that is below it by this share. */
  private static final double CLOSE = 1e-9;

  /** More than underflow can cost one entry of R: 2^-1074 per product, and products are few. */
  private static final double UNDERFLOW = 0x1p-1000;

  private final Matrix rows;
  private final int band;
  private final double[][] gram;
  private final double longest;

  private NormBound(Matrix rows) {
    this.rows = rows;
    this.band = rows.rowBand();
    this.gram = new double[rows.height()][band + 1];
    this.longest = multiplyRows();
  }

  /**
   * A number that is at least ||A||, by no more than a few millionths in practice, and at most a
   * claim that can be proved.
   *
   * @param claim what ||A|| is said to be at most; perhaps infinite
   */
  static double of(Matrix a, double claim) {
    Matrix transposed = a.transposed();
    double least = ofMagnitudes(a);
    double estimate = estimate(a);
    NormBound bound = new NormBound(work(a) < work(transposed) ? a : transposed);
    double found = Double.POSITIVE_INFINITY;
    for (double slack = SLACK;
        (1 + slack) * estimate < least && found == Double.POSITIVE_INFINITY;
        slack *= 4) {
      found = bound.proved((1 + slack) * estimate);
    }
    least = Math.min(least, found);
    return claim < least ? Math.min(least, bound.proved((1 - CLOSE) * claim)) : least;
  }

  /**
   * A number that is at most ||A||: the length of A x over that of x, for an x that repeated
   * products with A^T A stretch towards where A stretches most. The entries of A x that are
   * computed here are off by at most gamma |A| |x|.
   */
  static double below(Matrix a) {
    double[] x = new double[a.width()];
    for (int k = 0; k < x.length; k++) {
      x[k] = 1.5 + Math.sin(k);
    }
    for (int step = 0; step < POWER_STEPS; step++) {
      double[] next = a.transposedTimes(a.times(x));
      double length = Up.length(next);
      if (!(length > 0)) {
        return 0;
      }
      for (int k = 0; k < x.length; k++) {
        x[k] = next[k] / length;
      }
    }
    double error =
        Up.plus(
            Up.times(Up.gamma(a.longestRow() + 1L, Up.DOUBLE), Up.length(a.magnitudes(x))),
            UNDERFLOW);
    return Math.max(0, Math.nextDown((Up.lengthBelow(a.times(x)) - error) / Up.length(x)));
  }

  /**
   * {@code || |A| ||}, from above: the root of the largest row sum times the largest column sum.
   */
  static double ofMagnitudes(Matrix a) {
    return Up.root(Up.times(a.largestRow(), a.transposed().largestRow()));
  }

  private static double work(Matrix a) {
    return a.height() * Math.pow(a.rowBand() + 1, 2);
  }

  /**
   * Lanczos' method: A^T A, on the space that its powers span from one start, is a matrix with the
   * numbers a on the diagonal and b beside it. Its largest eigenvalue approaches ||A||^2 from
   * below. No proof hangs on it.
   */
  private static double estimate(Matrix a) {
    double[] x = new double[a.width()];
    for (int k = 0; k < x.length; k++) {
      x[k] = 1.5 + Math.sin(k);
    }
    double[] before = new double[x.length];
    double[] diagonal = new double[Math.min(LANCZOS_STEPS, x.length)];
    double[] beside = new double[diagonal.length];
    double length = Up.length(x);
    for (int step = 0; step < diagonal.length && length > 0; step++) {
      for (int k = 0; k < x.length; k++) {
        x[k] /= length;
      }
      double[] next = a.transposedTimes(a.times(x));
      for (int k = 0; k < x.length; k++) {
        diagonal[step] += x[k] * next[k];
      }
      for (int k = 0; k < x.length; k++) {
        next[k] -= diagonal[step] * x[k] + beside[step] * before[k];
      }
      length = Up.length(next);
      if (step + 1 < diagonal.length) {
        beside[step + 1] = length;
      }
      before = x;
      x = next;
    }
    return Math.sqrt(largestEigenvalue(diagonal, beside));
  }

  /** By bisection: above all eigenvalues t, the pivots of t I - T are positive. */
  private static double largestEigenvalue(double[] diagonal, double[] beside) {
    double low = 0;
    double high = 0;
    for (int k = 0; k < diagonal.length; k++) {
      double next = k + 1 < beside.length ? beside[k + 1] : 0;
      high = Math.max(high, diagonal[k] + beside[k] + next);
    }
    for (int step = 0; step < 60; step++) {
      double middle = (low + high) / 2;
      double pivot = 1;
      for (int k = 0; k < diagonal.length && pivot > 0; k++) {
        pivot = middle - diagonal[k] - beside[k] * beside[k] / pivot;
      }
      if (pivot > 0) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** Fills {@code gram[i]} with G[i][i - band .. i]; returns at least max_i ||a_i||^2. */
  private double multiplyRows() {
    double squares = 0;
    double[] row = new double[rows.width()];
    for (int i = 0; i < gram.length; i++) {
      rows.scatter(i, row);
      for (int j = Math.max(0, i - band); j <= i; j++) {
        gram[i][j - i + band] = rows.timesRow(j, row);
      }
      squares = Math.max(squares, rows.squares(i));
      rows.clear(i, row);
    }
    return squares;
  }

  /** The bound on ||A|| that comes of a root of s; infinite if s I - G has no Cholesky factor. */
  private double proved(double root) {
    double s = root * root;
    double[][] factor = cholesky(s);
    return factor == null ? Double.POSITIVE_INFINITY : proved(s, factor);
  }

  private double proved(double s, double[][] factor) {
    double[] sums = new double[factor.length];
    double longestFactor = 0;
    for (int i = 0; i < factor.length; i++) {
      longestFactor = Math.max(longestFactor, Up.dot(factor[i], factor[i]));
      for (int j = Math.max(0, i - band); j <= i; j++) {
        double entry = Math.abs(entry(s, i, j) - dot(factor, i, j, j + 1));
        sums[i] = Up.plus(sums[i], entry);
        sums[j] = j < i ? Up.plus(sums[j], entry) : sums[j];
      }
    }
    double largest = Arrays.stream(sums).max().orElse(0);
    double squares = Up.plus(s, Up.plus(longest, longestFactor));
    double gamma = Up.gamma(rows.longestRow() + band + 4L, Up.DOUBLE);
    double error = Up.times(2.0 * band + 1, Up.plus(Up.times(gamma, squares), UNDERFLOW));
    return Up.root(Up.plus(s, Up.plus(largest, error)));
  }

  /** L, or null if there is none. */
  private double[][] cholesky(double s) {
    double[][] factor = new double[gram.length][band + 1];
    for (int i = 0; i < factor.length; i++) {
      for (int j = Math.max(0, i - band); j < i; j++) {
        factor[i][j - i + band] = (entry(s, i, j) - dot(factor, i, j, j)) / factor[j][band];
      }
      double pivot = entry(s, i, i) - dot(factor, i, i, i);
      if (!(pivot > 0)) {
        return null;
      }
      factor[i][band] = Math.sqrt(pivot);
    }
    return factor;
  }

  private double entry(double s, int i, int j) {
    return (i == j ? s : 0) - gram[i][j - i + band];
  }

  /** {@code sum_k L[i][k] L[j][k]} over k below the end, in four sums for speed. */
  private double dot(double[][] factor, int i, int j, int end) {
    double[] a = factor[i];
    double[] b = factor[j];
    int first = Math.max(0, i - band);
    int toA = band - i;
    int toB = band - j;
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = first;
    for (; k + 3 < end; k += 4) {
      s0 += a[k + toA] * b[k + toB];
      s1 += a[k + toA + 1] * b[k + toB + 1];
      s2 += a[k + toA + 2] * b[k + toB + 2];
      s3 += a[k + toA + 3] * b[k + toB + 3];
    }
    for (; k < end; k++) {
      s0 += a[k + toA] * b[k + toB];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
