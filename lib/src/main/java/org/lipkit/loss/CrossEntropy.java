package org.lipkit.loss;

import ai.djl.ndarray.NDArray;

/** Plain cross entropy: a_i = 0, blind to the Lipschitz constants. */
public final class CrossEntropy extends MarginLoss {

  /** Creates the loss. */
  public CrossEntropy() {}

  @Override
  protected NDArray shares(NDArray ratios, NDArray own) {
    return ratios.zerosLike();
  }
}
