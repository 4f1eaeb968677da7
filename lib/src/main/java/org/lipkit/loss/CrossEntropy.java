package org.lipkit.loss;

import ai.djl.ndarray.NDArray;

/** Plain cross entropy: a_i = 0, without the Lipschitz constants. */
public record CrossEntropy() implements MarginLoss {

  @Override
  public NDArray penaltyWeights(NDArray ratios, NDArray own) {
    return ratios.zerosLike();
  }

  @Override
  public String toString() {
    return "plain";
  }
}
