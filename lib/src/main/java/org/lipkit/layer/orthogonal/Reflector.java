package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * Block reflectors (Lai et al. 2025, "Enhancing certified robustness via block reflector orthogonal
 * layers and logit annealing loss"): {@code W = I - 2 V (V^T V)^-1 V^T} mirrors every vector at the
 * space that is orthogonal to V's columns. It is symmetric and orthogonal, with as many eigenvalues
 * -1 as V has columns.
 *
 * <p>As in the authors' code a ridge of 1e-7 times the mean of its diagonal is added to {@code V^T
 * V}. With it W's eigenvalues are 1 and, for V's singular values s, {@code 1 - 2 s^2 / (s^2 +
 * ridge)}, which lie in [-1, 1].
 */
final class Reflector {

  private static final double RIDGE = 1e-7;

  private Reflector() {}

  /**
   * The reflectors.
   *
   * @param v matrices V, (..., m, n), n at most m
   * @return W, (..., m, m)
   */
  static NDArray of(NDArray v) {
    int axis = v.getShape().dimension() - 2;
    int[] axes = {axis, axis + 1};
    long columns = v.getShape().get(axis + 1);
    NDArray transposed = LinearOperators.transposed(v);
    NDArray gram = transposed.matMul(v);
    NDArray ridge = v.square().sum(axes, true).mul(Tensors.scalar(v, RIDGE / columns));
    NDArray lower = LinearOperators.cholesky(gram.add(eye(v, columns).mul(ridge)));
    NDArray half = LinearOperators.solveLower(lower, transposed);
    NDArray projection = LinearOperators.transposed(half).matMul(half);
    return eye(v, v.getShape().get(axis)).sub(projection.add(projection));
  }

  /**
   * Refuses a V with more columns than rows.
   *
   * @param layer the layer's name
   * @param rank V's columns
   * @param rows V's rows
   * @throws IllegalArgumentException if there are more
   */
  static void requireRank(String layer, int rank, long rows) {
    if (rank > rows) {
      throw Given.refused(
          "A %s of width %d cannot reflect %d directions; use a rank of at most %d.",
          layer, rows, rank, rows);
    }
  }

  private static NDArray eye(NDArray like, long n) {
    int size = Math.toIntExact(n);
    return like.getManager().eye(size, size, 0, like.getDataType());
  }
}
