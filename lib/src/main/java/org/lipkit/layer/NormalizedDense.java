package org.lipkit.layer;

import ai.djl.ndarray.NDArray;

/**
 * A dense layer whose rows are scaled to length 1 before use, {@code y_i = <w_i / ||w_i||, x> +
 * b_i}: the last-layer-normalised head of LiResNet (Hu et al. 2023, "last layer normalisation"),
 * which keeps classes from competing by the length of their row.
 *
 * <ul>
 *   <li>x: (N, inputs); W: (outputs, inputs), no row zero; b: (outputs)
 *   <li>y: (N, outputs)
 * </ul>
 */
public final class NormalizedDense extends Dense {

  /**
   * Creates the layer with orthogonal first weights.
   *
   * @param outputs the number of outputs, at least 1
   */
  public NormalizedDense(int outputs) {
    super(outputs);
  }

  /**
   * Creates the layer; the number of inputs is known once it is initialised.
   *
   * @param outputs the number of outputs, at least 1
   * @param first values of W before the scaling and, as {@link WeightInit#bias} says, of b
   */
  public NormalizedDense(int outputs, WeightInit first) {
    super(outputs, first);
  }

  @Override
  public NDArray weight() {
    NDArray rows = super.weight();
    return rows.div(rows.norm(new int[] {1}, true));
  }
}
