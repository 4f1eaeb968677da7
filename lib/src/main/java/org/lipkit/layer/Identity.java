package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lipkit.bound.NormMethod;

/** Gives back what it gets; the shortcut of a residual sum. */
public final class Identity extends FixedLayer {

  /** Creates the layer. */
  public Identity() {}

  @Override
  protected double constant() {
    return 1;
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    return x;
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.IDENTITY;
  }
}
