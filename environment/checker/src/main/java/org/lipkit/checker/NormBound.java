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

  private static final int POWER_STEPS = 300;

  /** The share by which s may be too large. */
  private static final double SLACK = 1e-6;

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

  /** A number that is at least ||A||, by no more than a few millionths in practice. */
  static double of(Matrix a) {
    Matrix transposed = a.transposed();
    double crude = ofMagnitudes(a);
    double estimate = estimate(a, transposed);
    double failing = 0;
    double working = SLACK;
    NormBound bound = new NormBound(work(a) < work(transposed) ? a : transposed);
    while (bound.cholesky(square(estimate, working)) == null) {
      failing = working;
      working *= 4;
      if (!((1 + working) * estimate < crude)) {
        return crude;
      }
    }
    while (working - failing > SLACK) {
      double middle = (working + failing) / 2;
      if (bound.cholesky(square(estimate, middle)) == null) {
        failing = middle;
      } else {
        working = middle;
      }
    }
    return Math.min(crude, bound.proved(square(estimate, working)));
  }

  private static double square(double estimate, double slack) {
    return (1 + slack) * (1 + slack) * estimate * estimate;
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

  /** Power iteration; no proof hangs on it. */
  private static double estimate(Matrix a, Matrix transposed) {
    double[] x = new double[a.width()];
    for (int k = 0; k < x.length; k++) {
      x[k] = 1.5 + Math.sin(k);
    }
    double norm = 0;
    for (int step = 0; step < POWER_STEPS; step++) {
      double length = Up.length(x);
      for (int k = 0; k < x.length; k++) {
        x[k] /= length;
      }
      double[] y = a.times(x);
      norm = Up.length(y);
      x = transposed.times(y);
    }
    return norm;
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

  /** The bound on ||A|| that comes of an s for which s I - G has a Cholesky factor. */
  private double proved(double s) {
    double[][] factor = cholesky(s);
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
