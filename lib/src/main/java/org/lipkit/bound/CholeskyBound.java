package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.stream.IntStream;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/**
 * The largest eigenvalue to four digits, proved after the fact. For any number mu and any matrix L
 * whatever,
 *
 * <pre>  y^T G y  =  mu - ||L^T y||^2 - y^T E y  &lt;=  mu + ||E||_F,   E = mu I - G - L L^T,</pre>
 *
 * for every unit vector y. The Cholesky factor of {@code mu I - G}, which exists if mu exceeds the
 * largest eigenvalue, makes E tiny. How the factor was computed plays no role in the proof, nor
 * does the bisection that finds the smallest such mu; only E does, and it is bounded thus: with
 * {@code D = fl(mu I - G)}, whose off-diagonal entries are exact, {@code M = fl(L L^T)} and {@code
 * R = fl(D - M)},
 *
 * <pre>  ||E||_F  &lt;=  u ||D||_F  +  (1 + u) ||R||_F  +  gamma_n ||L||_F^2  +  underflow.</pre>
 */
public final class CholeskyBound implements EigenvalueBound {

  private static final double TOLERANCE = 0x1p-13;
  private static final double UNIT = 0x1p-53;

  /** Creates the method. */
  public CholeskyBound() {}

  @Override
  public double largest(NDArray batch, double known) {
    double frobenius = Upward.frobenius(batch);
    if (!Double.isFinite(frobenius) || frobenius <= known || batch.getShape().get(1) == 1) {
      return frobenius;
    }
    double certified =
        Tensors.scoped(
            () -> {
              double mu = smallestDefinite(batch, known, frobenius);
              return Upward.plus(mu, residual(batch, mu));
            });
    return certified < frobenius ? certified : frobenius;
  }

  /** By bisection; a matrix that is definite at one mu need not be tried again at a larger one. */
  private static double smallestDefinite(NDArray batch, double known, double frobenius) {
    NDArray open = indefinite(batch, known);
    double low = Math.max(known, frobenius / Math.sqrt(batch.getShape().get(1)));
    double high = open == null ? known : frobenius * (1 + TOLERANCE);
    while (high > low * (1 + TOLERANCE)) {
      double middle = Math.sqrt(low * high);
      NDArray failing = indefinite(open, middle);
      if (failing == null) {
        high = middle;
      } else {
        low = middle;
        open = failing;
      }
    }
    return high;
  }

  /**
   * Those matrices for which {@code mu I - G} has no Cholesky factor, or null if there are none.
   */
  private static NDArray indefinite(NDArray batch, double mu) {
    boolean[] definite =
        mu > 0
            ? Tensors.scoped(() -> LinearOperators.isPositiveDefinite(shifted(batch, mu)))
            : new boolean[(int) batch.getShape().get(0)];
    long[] failing =
        IntStream.range(0, definite.length).filter(i -> !definite[i]).asLongStream().toArray();
    if (failing.length == 0) {
      return null;
    }
    return failing.length == definite.length
        ? batch
        : batch.get(batch.getManager().create(failing));
  }

  private static NDArray shifted(NDArray batch, double mu) {
    int n = (int) batch.getShape().get(1);
    return batch.getManager().eye(n, n, 0, DataType.FLOAT64).mul(mu).sub(batch);
  }

  private static double residual(NDArray batch, double mu) {
    return Tensors.scoped(
        () -> {
          long n = batch.getShape().get(1);
          NDArray d = shifted(batch, mu);
          NDArray l = LinearOperators.cholesky(d);
          NDArray r = d.sub(triangularSquare(l));
          double normL = Upward.frobenius(l);
          double roundings =
              Upward.times(UNIT, Upward.plus(Upward.frobenius(d), Upward.frobenius(r)));
          return Upward.plus(
              Upward.plus(Upward.frobenius(r), roundings),
              Upward.productError(n, normL, normL, n * n));
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

  @Override
  public String description() {
    return "verified Cholesky factor";
  }
}
