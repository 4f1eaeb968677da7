package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lipkit.bound.NormMethod;

/**
 * {@code y = |x|}, entry by entry; 1-Lipschitz, exact in floating point, and it keeps gradient
 * norms where no entry is 0.
 */
public final class Abs extends FixedLayer {

  /** Creates the layer. */
  public Abs() {}

  @Override
  protected double constant() {
    return 1;
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    return x.abs();
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.copying(x -> apply(x, false));
  }
}
