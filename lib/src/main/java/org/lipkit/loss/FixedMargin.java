package org.lipkit.loss;

import ai.djl.ndarray.NDArray;

/**
 * The full penalty for every rival, a_i = 1, whether or not the margin is already that wide (the
 * fixed-margin layer of the code published with Hu et al. 2023).
 */
public record FixedMargin() implements MarginLoss {

  @Override
  public NDArray penaltyWeights(NDArray ratios, NDArray own) {
    return ratios.onesLike();
  }

  @Override
  public String toString() {
    return "fixed margin";
  }
}
