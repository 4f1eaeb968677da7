package org.lipkit.layer;

import ai.djl.nn.Activation;
import org.lipkit.tensor.Tensors;

/**
 * {@code y = x} where x is positive and {@code y = slope x} elsewhere, entry by entry; its
 * Lipschitz constant is {@code max(1, |slope|)}. An entry is rounded once, by at most {@code u
 * |slope x|}.
 */
public final class LeakyRelu extends Layer {

  private final float slope;

  /**
   * Creates the layer.
   *
   * @param slope the factor of negative entries, a finite number; rounded to float32
   */
  public LeakyRelu(double slope) {
    this.slope = (float) Shapes.requireFinite("slope", slope);
  }

  /** {@return the factor of negative entries} */
  public float slope() {
    return slope;
  }

  @Override
  public Form form(Pass pass) {
    double constant = Math.max(1, Math.abs(slope));
    return rounded(
        new SummationModel(
            name(),
            constant,
            1,
            x -> Activation.leakyRelu(x, slope),
            x -> x.mul(Tensors.scalar(x, constant))));
  }
}
