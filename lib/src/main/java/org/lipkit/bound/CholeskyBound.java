package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.stream.IntStream;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/**
 * The largest eigenvalue to four digits, proved after it was computed. For any number mu and any
 * matrix L whatever,
 *
 * <pre>  y^T G y  =  mu - ||L^T y||^2 - y^T E y  &lt;=  mu + ||E||_F,   E = mu I - G - L L^T,</pre>
 *
 * for every unit vector y. The Cholesky factor of {@code mu I - G}, which exists if mu exceeds the
 * largest eigenvalue, makes E tiny. How the factor was computed plays no role in the proof, nor
 * does the search for the smallest such mu; only E does, and it is bounded thus: with {@code D =
 * fl(mu I - G)}, whose off-diagonal entries are exact, {@code M = fl(L L^T)} and {@code R = fl(D -
 * M)},
 *
 * <pre>  ||E||_F  &lt;=  u ||D||_F  +  (1 + u) ||R||_F  +  gamma_n ||L||_F^2  +  underflow.</pre>
 *
 * <p>A factorisation that fails leaves something else in place of L, and so a large E or NaN.
 */
final class CholeskyBound {

  /** The method in words, for tables and records. */
  static final String DESCRIPTION = "verified Cholesky factor";

  private static final double TOLERANCE = 0x1p-13;
  private static final double UNIT = 0x1p-53;

  /** mu is large enough if {@code ||E||_F} is at most this share of it. */
  private static final double RESIDUAL = 0x1p-20;

  /** By how much the search's step grows after a mu that is too small. */
  private static final double GROWTH = 4;

  private CholeskyBound() {}

  /**
   * A number that is at least the largest eigenvalue of every exactly symmetric matrix, and at
   * least {@code y^T G y} for every unit vector y where rounding has left G not quite symmetric.
   *
   * @param batch square matrices G, (F, n, n), FLOAT64, of Frobenius norm at most 2
   * @param known results below this are of no use to the caller: the answer may be as large as this
   *     without further work; 0 for the best answer
   * @return the bound; infinite or NaN only if an entry is
   */
  static double largest(NDArray batch, double known) {
    double frobenius = Upward.frobenius(batch);
    if (!Double.isFinite(frobenius) || frobenius <= known || batch.getShape().get(1) == 1) {
      return frobenius;
    }
    return Tensors.scoped(
        () -> {
          double mu = smallestDefinite(batch, known);
          return Math.min(frobenius, Upward.times(mu, 1 + RESIDUAL));
        });
  }

  /**
   * Finds the smallest mu of one matrix, drops all matrices for which it is large enough, and goes
   * on with the next: in random order about as often as a random sequence has a new maximum.
   */
  private static double smallestDefinite(NDArray batch, double known) {
    double mu = smallestDefiniteOfOne(batch.get("0:1"), known);
    NDArray open = batch;
    while (open != null && open.getShape().get(0) > 1) {
      open = indefinite(open.get("1:"), mu);
      if (open != null) {
        mu = smallestDefiniteOfOne(open.get("0:1"), mu);
      }
    }
    return mu;
  }

  /** In growing steps upward from what is known, then by bisection. */
  private static double smallestDefiniteOfOne(NDArray matrix, double known) {
    if (known > 0 && indefinite(matrix, known) == null) {
      return known;
    }
    double high = Upward.frobenius(matrix);
    double low = Math.max(known, high / Math.sqrt(matrix.getShape().get(1)));
    for (double step = TOLERANCE; high > low * (1 + TOLERANCE); step *= GROWTH) {
      double middle = Math.min(low * (1 + step), Math.sqrt(low * high));
      if (indefinite(matrix, middle) == null) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Math.max(known, high);
  }

  /** Those matrices for which {@code ||E||_F} is not known to be tiny, or null if it always is. */
  private static NDArray indefinite(NDArray batch, double mu) {
    double[] residuals = residuals(batch, mu);
    long[] failing =
        IntStream.range(0, residuals.length)
            .filter(i -> !(residuals[i] <= mu * RESIDUAL))
            .asLongStream()
            .toArray();
    if (failing.length == 0) {
      return null;
    }
    return failing.length == residuals.length
        ? batch
        : batch.get(batch.getManager().create(failing));
  }

  private static NDArray shifted(NDArray batch, double mu) {
    int n = (int) batch.getShape().get(1);
    return batch.getManager().eye(n, n, 0, DataType.FLOAT64).mul(mu).sub(batch);
  }

  /** A bound on {@code ||E||_F} for each matrix, NaN or infinite if the factorisation failed. */
  private static double[] residuals(NDArray batch, double mu) {
    return Tensors.scoped(
        () -> {
          long n = batch.getShape().get(1);
          NDArray d = shifted(batch, mu);
          NDArray l = LinearOperators.cholesky(d);
          NDArray r = d.sub(triangularSquare(l));
          double[] normsD = Upward.frobeniusNorms(d);
          double[] normsL = Upward.frobeniusNorms(l);
          double[] errors = Upward.frobeniusNorms(r);
          for (int i = 0; i < errors.length; i++) {
            double roundings = Upward.times(UNIT, Upward.plus(normsD[i], errors[i]));
            double product = Upward.productError(n, normsL[i], normsL[i], n * n);
            errors[i] = Upward.plus(Upward.plus(errors[i], roundings), product);
          }
          return errors;
        });
  }

  /** {@code L L^T}, block by block, with the upper right quarter of L taken as 0. */
  private static NDArray triangularSquare(NDArray l) {
    long half = l.getShape().get(1) / 2;
    NDArray upper = l.get(":, :{}, :{}", half, half);
    NDArray lower = l.get(":, {}:", half);
    NDArray lowerLeft = lower.get("..., :{}", half);
    NDArray corner = lowerLeft.matMul(upper.transpose(0, 2, 1));
    return upper
        .matMul(upper.transpose(0, 2, 1))
        .concat(corner.transpose(0, 2, 1), 2)
        .concat(corner.concat(lower.matMul(lower.transpose(0, 2, 1)), 2), 1);
  }
}
