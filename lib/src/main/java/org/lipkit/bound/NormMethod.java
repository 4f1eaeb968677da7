package org.lipkit.bound;

/** A way to bound or estimate the spectral norm of a linear map. */
@FunctionalInterface
public interface NormMethod {

  /**
   * The spectral norm {@code max ||A x|| / ||x||}, as far as this method can tell.
   *
   * @param map the linear map A, acting on FLOAT64 arrays
   * @return the norm, with its kind
   */
  Bound norm(LinearMap map);
}
