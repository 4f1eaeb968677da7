package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Form;
import org.lipkit.layer.WeightInit;
import org.lipkit.text.Given;

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
   * @param first values of F and, as {@link WeightInit#bias} says, of b
   */
  public ReparametrizedDense(int outputs, Reparametrization reparametrization, WeightInit first) {
    super(outputs, first);
    this.reparametrization = Given.notNull("The reparametrization", reparametrization);
  }

  /** {@return what is reparametrised: F, (outputs, inputs)} */
  protected NDArray free() {
    return super.weight();
  }

  @Override
  public final NDArray weight() {
    return reparametrization.weight(free());
  }

  @Override
  protected Form.Estimate estimate() {
    return Form.Estimate.ONE;
  }
}
