package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import org.lipkit.bound.NormMethod;
import org.lipkit.tensor.Tensors;

/**
 * {@code y = x} where x is positive and {@code y = slope x} elsewhere, entry by entry; its
 * Lipschitz constant is {@code max(1, |slope|)}. An entry is rounded once, by at most {@code u
 * |slope x|}.
 */
public final class LeakyRelu extends FixedLayer {

  private final float slope;

  /**
   * Creates the layer.
   *
   * @param slope the factor of negative entries, a finite number; rounded to float32
   */
  public LeakyRelu(double slope) {
    this.slope = (float) slope;
    if (!Float.isFinite(this.slope)) {
      throw new IllegalArgumentException("slope must be a finite number, not " + slope + ".");
    }
  }

  @Override
  protected double constant() {
    return Math.max(1, Math.abs(slope));
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    return Activation.leakyRelu(x, slope);
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.of(
        new Affine(
            "LeakyRelu",
            bound(method, manager),
            constant(),
            constant(),
            1,
            x -> apply(x, false),
            x -> x.mul(Tensors.scalar(x, constant()))));
  }
}
