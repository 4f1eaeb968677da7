package org.lipkit.bound;

import ai.djl.ndarray.NDArray;

/** A way to bound the spectral norms of a batch of matrices from above, rounding included. */
public interface EigenvalueBound {

  /**
   * A number that is at least the largest eigenvalue of every exactly symmetric matrix, and at
   * least {@code y^T G y} for every unit vector y where rounding has left G not quite symmetric.
   *
   * @param batch square matrices G, (F, n, n), FLOAT64, of Frobenius norm at most 2
   * @param known results below this are of no use to the caller: the answer may be as large as this
   *     without further work; 0 for the best answer
   * @return the bound; infinite or NaN only if an entry is
   */
  double largest(NDArray batch, double known);

  /**
   * The method in words, for tables and records.
   *
   * @return for example {@code "Gram iteration"}
   */
  String description();
}
