package org.lipkit.loss;

import ai.djl.ndarray.NDArray;
import org.lipkit.tensor.Tensors;

/**
 * Lipschitz-margin training: one penalty weight for all rivals, {@code a = clip(min_i m_i / r_i, 0,
 * 1)}, so that only what is left of the smallest margin is penalised (Tsuzuku et al. 2018, section
 * 5). Their c is the radius eps here.
 */
public record Lmt() implements MarginLoss {

  @Override
  public NDArray penaltyWeights(NDArray ratios, NDArray own) {
    return ratios
        .add(own.mul(Tensors.scalar(own, Float.MAX_VALUE)))
        .min(new int[] {1}, true)
        .clip(0f, 1f);
  }

  @Override
  public String toString() {
    return "LMT";
  }
}
