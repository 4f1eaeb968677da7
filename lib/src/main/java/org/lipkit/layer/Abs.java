package org.lipkit.layer;

import ai.djl.ndarray.NDArray;

/**
 * {@code y = |x|}, entry by entry; 1-Lipschitz, exact in floating point, and it keeps gradient
 * norms where no entry is 0.
 */
public final class Abs extends Layer {

  /** Creates the layer. */
  public Abs() {}

  @Override
  public Form form(Pass pass) {
    return exact(NDArray::abs);
  }
}
