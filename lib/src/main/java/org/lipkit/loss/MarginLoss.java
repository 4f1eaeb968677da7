package org.lipkit.loss;

import ai.djl.ndarray.NDArray;
import org.lipkit.tensor.Tensors;

/**
 * The margin-loss family: with true class j, margins {@code m_i = y_j - y_i} and reaches {@code r_i
 * = eps K_ji}, the cross entropy after every rival's logit is raised by {@code a_i r_i}. The
 * members differ only in the shares a_i.
 */
public abstract class MarginLoss implements Loss {

  /** Keeps a quotient by a zero reach finite. */
  private static final double TINY = 1e-30;

  /** Creates the loss. */
  protected MarginLoss() {}

  /**
   * The shares a_i, treated as constant in the backward pass.
   *
   * @param ratios {@code m_i / r_i}, (N, C); 0 at the true class
   * @param own (N, C) with a 1 at each sample's true class
   * @return a_i, (N, C) or (N, 1); what stands at the true class is not used
   */
  protected abstract NDArray shares(NDArray ratios, NDArray own);

  @Override
  public final NDArray evaluate(NDArray logits, NDArray labels, NDArray constants, double eps) {
    NDArray own = Loss.oneHot(logits, labels, constants, eps);
    NDArray relative = logits.sub(logits.mul(own).sum(new int[] {1}, true));
    NDArray reach = own.matMul(constants).mul(Tensors.scalar(constants, eps));
    NDArray ratios = relative.neg().div(reach.maximum(Tensors.scalar(reach, TINY))).stopGradient();
    NDArray penalised = relative.add(reach.mul(shares(ratios, own).stopGradient()));
    return penalised.logSoftmax(1).mul(own).sum(new int[] {1}).mean().neg();
  }
}
