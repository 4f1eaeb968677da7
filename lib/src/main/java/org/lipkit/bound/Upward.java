package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.lipkit.tensor.Tensors;

/**
 * Arithmetic whose results are never below the true ones.
 *
 * <p><b>Scalars.</b> An IEEE operation errs by at most half a unit in the last place, so the next
 * double above its result is at least the exact value.
 *
 * <p><b>Matrix products.</b> Let u = 2^-53. A dot product of n terms computed in float64, in any
 * order, with or without fused multiply-add, differs from the exact one by at most {@code gamma_n
 * sum |x_i y_i|}, {@code gamma_n = n u / (1 - n u)} (Higham, Accuracy and Stability, section 3.1),
 * plus what underflow adds. Hence
 *
 * <pre>  ||fl(A B) - A B||_F  &lt;=  gamma_n || |A| |B| ||_F + underflow
 *                       &lt;=  gamma_n ||A||_F ||B||_F + underflow.</pre>
 *
 * <p><b>Underflow.</b> All arrays here have entries of magnitude below 2. A subnormal input taken
 * as 0, a product and a sum flushed to 0 each cost at most {@code 2^-1021}: a dot product of n
 * terms loses less than {@code n 2^-1000}, even on a machine that flushes subnormal numbers.
 */
public final class Upward {

  /** What underflow can add to the error of one term of a dot product of entries below 2. */
  static final double UNDERFLOW = 0x1p-1000;

  private static final double UNIT = 0x1p-53;

  private Upward() {}

  /**
   * A sum.
   *
   * @param a a number
   * @param b another
   * @return at least {@code a + b}
   */
  public static double plus(double a, double b) {
    return Math.nextUp(a + b);
  }

  /**
   * A product.
   *
   * @param a a number
   * @param b another
   * @return at least {@code a b}
   */
  public static double times(double a, double b) {
    return Math.nextUp(a * b);
  }

  /**
   * A square root.
   *
   * @param a at least 0
   * @return at least its root
   */
  public static double root(double a) {
    return Math.nextUp(Math.sqrt(a));
  }

  /**
   * The Euclidean length of two numbers.
   *
   * @param a at least 0
   * @param b at least 0
   * @return at least {@code sqrt(a^2 + b^2)}
   */
  public static double hypotenuse(double a, double b) {
    return root(plus(times(a, a), times(b, b)));
  }

  /** {@code a 2^exponent}, infinite on overflow. */
  static double scale(double a, int exponent) {
    return Math.nextUp(Math.scalb(a, exponent));
  }

  /** {@code gamma_n} of float64. */
  static double gamma(long n) {
    return gamma(n, UNIT);
  }

  /**
   * Higham's {@code gamma_n = n u / (1 - n u)}: how far n roundings in a row can carry a number
   * from its exact value, relative to it.
   *
   * @param n how many roundings, below 2^53
   * @param unit u, half the spacing of the numbers above 1: 2^-24 in float32, 2^-53 in float64
   * @return at least gamma_n; infinite where the theory ends, at n u = 1
   */
  public static double gamma(long n, double unit) {
    double share = n * unit;
    return share < 1 ? Math.nextUp(share / Math.nextDown(1 - share)) : Double.POSITIVE_INFINITY;
  }

  /**
   * A bound on {@code ||fl(A B) - A B||_F}.
   *
   * @param inner the length n of the dot products
   * @param normA at least ||A||_F
   * @param normB at least ||B||_F
   * @param entries how many entries A B has
   */
  static double productError(long inner, double normA, double normB, long entries) {
    return plus(
        times(gamma(inner), times(normA, normB)), times((double) inner * entries, UNDERFLOW));
  }

  /**
   * The largest Frobenius norm of a batch of matrices.
   *
   * @param batch (F, m, n), FLOAT64
   * @return at least every matrix's norm; NaN or infinite if an entry is
   */
  static double frobenius(NDArray batch) {
    return Arrays.stream(frobeniusNorms(batch)).max().orElse(0);
  }

  /**
   * The Frobenius norms of a batch of matrices. The engine's sum of N squares, a dot product, is at
   * least {@code (1 - gamma_N)} times the true one, less underflow.
   *
   * @param batch (F, m, n), FLOAT64
   * @return (F): each at least its matrix's norm; NaN or infinite if an entry is
   */
  static double[] frobeniusNorms(NDArray batch) {
    long matrices = batch.getShape().get(0);
    long entries = batch.size() / matrices;
    double[] norms =
        Tensors.scoped(
            () -> {
              NDArray rows = batch.reshape(matrices, 1, entries);
              return Tensors.toDoubles(rows.matMul(rows.transpose(0, 2, 1)));
            });
    for (int i = 0; i < norms.length; i++) {
      double sum = plus(norms[i], times(entries, UNDERFLOW));
      norms[i] = root(Math.nextUp(sum / Math.nextDown(1 - gamma(entries))));
    }
    return norms;
  }
}
