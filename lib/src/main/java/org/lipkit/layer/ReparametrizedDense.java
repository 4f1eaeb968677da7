package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.training.initializer.Initializer;
import java.util.random.RandomGenerator;

/**
 * A dense layer that is 1-Lipschitz by construction, {@code y = x R(F)^T + b}, with a {@link
 * Reparametrization} R of the free matrix F. In training it counts as 1; its bound is the norm of
 * the matrix R(F) that float32 makes of F.
 *
 * <ul>
 *   <li>x: (N, inputs); F: (outputs, inputs); b: (outputs)
 *   <li>y: (N, outputs)
 * </ul>
 */
public class ReparametrizedDense extends Dense {

  private final Reparametrization reparametrization;

  /**
   * Creates the layer; the number of inputs is known once it is initialised.
   *
   * @param outputs the number of outputs, at least 1
   * @param reparametrization R
   * @param initializer of F; b starts at 0
   * @param random draws the first power-iteration vector
   */
  public ReparametrizedDense(
      int outputs,
      Reparametrization reparametrization,
      Initializer initializer,
      RandomGenerator random) {
    super(outputs, initializer, random);
    this.reparametrization = reparametrization;
  }

  /**
   * What is reparametrised.
   *
   * @return F, (outputs, inputs)
   */
  protected NDArray free() {
    return super.weight();
  }

  @Override
  public final NDArray weight() {
    return reparametrization.weight(free());
  }

  @Override
  public NDArray lipschitz(NDArray k, int iterations) {
    return k;
  }
}
