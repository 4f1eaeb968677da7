package org.lipkit.layer;

import org.lipkit.tensor.Tensors;

/**
 * In training, sets each entry to 0 with probability p and divides the others by {@code 1 - p}; in
 * evaluation it does nothing (Srivastava et al. 2014, with the scaling moved to training).
 *
 * <p>So there are two Lipschitz constants. That of evaluation, for certificates, is 1. That of
 * training is {@code 1 / (1 - p)}, the norm of the diagonal matrix that one draw multiplies with,
 * unless it drops every entry: the losses compare the constant with margins of the same scaled
 * pass. The code of the LMT paper counts 1 in training too, so that its penalty at the same c is
 * weaker; a layer can be made like that.
 *
 * <p>Draws come from the engine's generator; seed it by {@link Tensors#seedEngine} to repeat them.
 *
 * <ul>
 *   <li>x and y: any shape
 * </ul>
 */
public final class Dropout extends Layer {

  private final float rate;
  private final boolean counted;

  /**
   * Creates the layer.
   *
   * @param rate the probability p that an entry is dropped, in [0, 1); rounded to float32
   */
  public Dropout(double rate) {
    this(rate, true);
  }

  /**
   * Creates the layer with a choice of its constant in training.
   *
   * @param rate the probability p that an entry is dropped, in [0, 1); rounded to float32
   * @param counted whether that constant is {@code 1 / (1 - p)}, and not 1
   */
  public Dropout(double rate, boolean counted) {
    this.counted = counted;
    this.rate = (float) rate;
    if (!(this.rate >= 0 && this.rate < 1)) {
      throw new IllegalArgumentException("rate must be a probability in [0, 1), not " + rate + ".");
    }
  }

  @Override
  public Form form(Pass pass) {
    return pass.isTraining()
        ? exact(
            counted ? 1 / (1.0 - rate) : 1,
            x -> ai.djl.nn.norm.Dropout.dropout(x, rate, true).singletonOrThrow())
        : Form.IDENTITY;
  }
}
