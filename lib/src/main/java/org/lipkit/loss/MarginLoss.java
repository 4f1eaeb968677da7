package org.lipkit.loss;

import ai.djl.ndarray.NDArray;
import org.lipkit.tensor.Tensors;

/**
 * The margin-loss family: with true class j, margins {@code m_i = y_j - y_i} and {@code r_i = eps
 * K_ji}, the most that a change of length eps takes off a margin, the loss is the cross entropy
 * after every rival's logit is raised by {@code a_i r_i}. Most members differ only in the penalty
 * weights a_i; {@link #ofRaised} is for those that take another function of the raised logits.
 */
@FunctionalInterface
public interface MarginLoss extends Loss {

  /**
   * The penalty weights a_i, treated as constant in the backward pass.
   *
   * @param ratios {@code m_i / r_i}, (N, C); 0 at the true class
   * @param own (N, C) with a 1 at each sample's true class
   * @return a_i, (N, C) or (N, 1); what stands at the true class is not used
   */
  NDArray penaltyWeights(NDArray ratios, NDArray own);

  @Override
  default NDArray evaluate(NDArray logits, NDArray labels, NDArray constants, double eps) {
    NDArray own = Loss.oneHot(logits, labels, constants, eps);
    NDArray relative = logits.sub(logits.mul(own).sum(new int[] {1}, true));
    NDArray r = own.matMul(constants).mul(Tensors.scalar(constants, eps));
    // 1e-30 keeps a quotient by r_i = 0 finite
    NDArray ratios = relative.neg().div(r.maximum(Tensors.scalar(r, 1e-30))).stopGradient();
    NDArray penalised = relative.add(r.mul(penaltyWeights(ratios, own).stopGradient()));
    return ofRaised(penalised, own).mean();
  }

  /**
   * The loss of each sample once its rivals are raised; the cross entropy unless this is
   * overridden.
   *
   * @param raised the raised logits relative to the true class's, (N, C); 0 at the true class
   * @param own (N, C) with a 1 at each sample's true class
   * @return (N)
   */
  default NDArray ofRaised(NDArray raised, NDArray own) {
    return raised.logSoftmax(1).mul(own).sum(new int[] {1}).neg();
  }
}
