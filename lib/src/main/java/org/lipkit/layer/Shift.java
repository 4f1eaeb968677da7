package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lipkit.bound.NormMethod;

/** Adds one number to every entry, {@code y = x + offset}; 1-Lipschitz. */
public final class Shift extends FixedLayer {

  private final float offset;

  /**
   * Creates the layer.
   *
   * @param offset the number to add, for example -0.5 to centre pixels of [0, 1]
   */
  public Shift(double offset) {
    this.offset = (float) offset;
  }

  @Override
  protected double constant() {
    return 1;
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    return x.add(offset);
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.of(
        new Affine(
            "Shift",
            bound(method, manager),
            1,
            1,
            1,
            x -> apply(x, false),
            x -> x.add(Math.abs(offset))));
  }
}
