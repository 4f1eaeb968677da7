package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/**
 * The largest eigenvalue of positive semidefinite matrices to four digits, proved after it was
 * computed. For any number mu and any matrix U whatever,
 *
 * <pre>  y^H G y  =  mu - ||U y||^2 - y^H E y  &lt;=  mu + ||E||_F,   E = mu I - G - U^H U,</pre>
 *
 * for every unit vector y. The Cholesky factor of {@code mu I - G}, which exists if mu exceeds the
 * largest eigenvalue, makes E tiny. How the factor was computed plays no role in the proof, nor
 * does the search for the smallest such mu; only E does, and it is bounded in real arithmetic.
 *
 * <p><b>Real arithmetic.</b> Let p_i be column i of U with real and imaginary parts alternating,
 * and p'_i the same of -i U: for each {@code a + i b} of p_i it has {@code b - i a}. Then {@code
 * (U^H U)_ij = p_i . p_j + i p_i . p'_j}: two dot products of 2n real terms, n terms for a real
 * matrix, which has no p'. With {@code D = fl(mu I - G)}, whose off-diagonal entries are exact, M
 * the computed products and {@code R = fl(D - M)},
 *
 * <pre>
 *   ||E||_F  &lt;=  u ||D||_F  +  (1 + u) ||R||_F  +  gamma_2n ||P|| ||[P P']||_F  +  underflow,
 * </pre>
 *
 * where {@code ||P||_F = ||P'||_F = ||U||_F}. E is Hermitian, so only blocks on and below its
 * diagonal are computed, and the norm of the whole is at most sqrt(2) times theirs. In a block
 * column that ends at column k of E, only the first k rows of U matter, since U is taken as 0 below
 * its diagonal blocks, whatever the factorisation left there.
 *
 * <p>A factorisation that fails leaves something else in place of U, and so a large E or NaN.
 */
final class CholeskyBound {

  /** The method in words, for tables and records. */
  static final String DESCRIPTION = "verified Cholesky factor";

  private static final double TOLERANCE = 0x1p-13;
  private static final double UNIT = 0x1p-53;

  /** By what share of it mu lies below the bound that is to be proved. */
  private static final double RESIDUAL = 0x1p-20;

  /** By how much the search's step grows after a mu that is too small. */
  private static final double GROWTH = 4;

  /** How many columns of E are computed at once. */
  private static final int COLUMNS = 64;

  private CholeskyBound() {}

  /**
   * What is known of the largest eigenvalue of some matrices.
   *
   * @param bound at least every matrix's largest eigenvalue; infinite or NaN if an entry is
   * @param place the place of the matrix whose eigenvalue it is; -1 if a number known before bounds
   *     them all
   */
  record Largest(double bound, int place) {}

  /**
   * Bounds the largest eigenvalue of every matrix.
   *
   * @param batch Hermitian matrices G, (F, 2, n, n): their real and imaginary parts; or real
   *     symmetric ones, (F, 1, n, n). FLOAT64, of Frobenius norm at most 2^10. If rounding has left
   *     G not quite Hermitian, the bound is that of {@code y^H G y} or of the Hermitian matrix with
   *     G's lower triangle.
   * @param known results below this are of no use to the caller; 0 for the best answer
   * @return the bound, at least {@code known}
   */
  static Largest largest(NDArray batch, double known) {
    double[] norms = Upward.frobeniusNorms(batch);
    return Tensors.scoped(
        () -> {
          Largest largest = new Largest(known, -1);
          int[] all = IntStream.range(0, norms.length).toArray();
          int[] open = exceeding(batch, norms, all, known);
          while (open.length > 0) {
            int place = open[0];
            NDArray matrix = batch.get(place + ":" + (place + 1));
            double bound = smallest(matrix, norms[place], largest.bound);
            largest = new Largest(bound, place);
            open = exceeding(batch, norms, Arrays.copyOfRange(open, 1, open.length), bound);
          }
          return largest;
        });
  }

  /**
   * The smallest bound of one matrix, to four digits: in growing steps upward from an estimate,
   * then by bisection.
   *
   * @param norm at least the matrix's Frobenius norm
   * @param known too small
   */
  private static double smallest(NDArray matrix, double norm, double known) {
    if (matrix.getShape().get(2) == 1) {
      return norm;
    }
    double root = Math.sqrt(matrix.getShape().get(2));
    LinearMap scaled = new DenseMap(real(matrix.div(norm)));
    double estimate = norm * GolubKahan.ESTIMATE.norm(scaled).value();
    double low = Math.max(known, Math.max(estimate, norm / root));
    double high = norm;
    for (double step = TOLERANCE / GROWTH; high > low * (1 + TOLERANCE); step *= GROWTH) {
      double middle = Math.min(low * (1 + step), Math.sqrt(low * high));
      if (proved(matrix, middle)[0] <= middle) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Math.max(known, high);
  }

  /** {@code [X -Y; Y X]}, which has the eigenvalues of {@code X + i Y}, in FLOAT32. */
  private static NDArray real(NDArray matrix) {
    NDArray parts = matrix.get(0).toType(DataType.FLOAT32, false);
    NDArray x = parts.get(0);
    if (parts.getShape().get(0) == 1) {
      return x;
    }
    NDArray y = parts.get(1);
    return x.concat(y.neg(), 1).concat(y.concat(x, 1), 0);
  }

  /**
   * Those of the matrices at some places whose eigenvalues are not proved to be at most a bound, by
   * their Frobenius norms or by factorisation. A matrix of one entry is the former.
   */
  private static int[] exceeding(NDArray batch, double[] norms, int[] places, double bound) {
    int[] larger = IntStream.of(places).filter(i -> !(norms[i] <= bound)).toArray();
    if (larger.length == 0 || batch.getShape().get(2) == 1) {
      return larger;
    }
    boolean isAll = larger.length == batch.getShape().get(0);
    double[] proved = proved(isAll ? batch : Tensors.select(batch, 0, larger), bound);
    return IntStream.range(0, larger.length)
        .filter(i -> !(proved[i] <= bound))
        .map(i -> larger[i])
        .toArray();
  }

  /**
   * {@code mu + ||E||_F} for each matrix with a mu just below a bound: at most the bound where that
   * is proved, NaN or larger where not.
   */
  private static double[] proved(NDArray batch, double bound) {
    double mu = bound * (1 - RESIDUAL);
    return DoubleStream.of(residuals(batch, mu)).map(e -> Upward.plus(mu, e)).toArray();
  }

  /** {@code mu I - G}, in parts as G. */
  private static NDArray shifted(NDArray batch, double mu) {
    int parts = (int) batch.getShape().get(1);
    int n = (int) batch.getShape().get(2);
    NDArray shift = batch.getManager().create(Arrays.copyOf(new double[] {mu}, parts));
    NDArray identity = batch.getManager().eye(n, n, 0, DataType.FLOAT64);
    return shift.reshape(parts, 1, 1).mul(identity).sub(batch);
  }

  /** A bound on {@code ||E||_F} for each matrix, NaN or infinite if the factorisation failed. */
  private static double[] residuals(NDArray batch, double mu) {
    return Tensors.scoped(
        () -> {
          long parts = batch.getShape().get(1);
          long n = batch.getShape().get(2);
          NDArray d = shifted(batch, mu);
          NDArray p = LinearOperators.choleskyColumns(d);
          double[] normsD = Upward.frobeniusNorms(d);
          double[] normsP = Upward.frobeniusNorms(p);
          double[] errors = lowerResiduals(d, p);
          for (int i = 0; i < errors.length; i++) {
            double roundings = Upward.times(UNIT, Upward.plus(normsD[i], errors[i]));
            double both = Upward.times(Upward.root(parts), normsP[i]);
            double product = Upward.productError(parts * n, normsP[i], both, parts * n * n);
            double lower = Upward.plus(Upward.plus(errors[i], roundings), product);
            errors[i] = Upward.times(Upward.root(2), lower);
          }
          return errors;
        });
  }

  /** {@code ||R||_F} on and below the diagonal blocks. */
  private static double[] lowerResiduals(NDArray d, NDArray p) {
    long matrices = d.getShape().get(0);
    long parts = d.getShape().get(1);
    long n = d.getShape().get(2);
    double[] norms = new double[(int) matrices];
    for (long start = 0; start < n; start += COLUMNS) {
      long end = Math.min(n, start + COLUMNS);
      NDArray rows = p.get(":, {}:, :{}", start, parts * end);
      NDArray columns = p.get(":, {}:{}, :{}", start, end, parts * end);
      NDArray both = parts == 1 ? columns : columns.concat(timesMinusI(columns), 1);
      NDArray m = rows.matMul(both.transpose(0, 2, 1));
      NDArray r =
          d.get(":, :, {}:, {}:{}", start, start, end)
              .transpose(0, 2, 1, 3)
              .reshape(m.getShape())
              .sub(m);
      double[] next = Upward.frobeniusNorms(r);
      for (int i = 0; i < norms.length; i++) {
        double squares =
            Upward.plus(Upward.times(norms[i], norms[i]), Upward.times(next[i], next[i]));
        norms[i] = Upward.root(squares);
      }
    }
    return norms;
  }

  /** {@code -i (a + i b) = b - i a} for every pair (a, b). */
  private static NDArray timesMinusI(NDArray pairs) {
    NDArray split = pairs.reshape(pairs.getShape().get(0), pairs.getShape().get(1), -1, 2);
    NDArray a = split.get("..., 0");
    NDArray b = split.get("..., 1");
    return b.stack(a.neg(), 3).reshape(pairs.getShape());
  }
}
