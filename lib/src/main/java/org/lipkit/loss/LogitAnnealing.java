package org.lipkit.loss;

import ai.djl.ndarray.NDArray;
import org.lipkit.tensor.Tensors;

/**
 * LA, logit annealing (Lai et al. 2025, "Enhancing certified robustness via block reflector
 * orthogonal layers and logit annealing loss"): {@link Emma}'s raised logits z, with an offset xi
 * and a temperature T, and a weight that leaves samples alone which are safe already,
 *
 * <pre>  -T (1 - p)^power log p,    p = softmax((z - xi e_j) / T)_j  for the true class j.</pre>
 *
 * @param temperature T, above 0
 * @param offset xi, in units of the logits
 * @param power how fast safe samples lose weight, at least 1, or 0, which gives them all the same
 */
public record LogitAnnealing(double temperature, double offset, double power)
    implements MarginLoss {

  private static final Emma EMMA = new Emma();

  /** The loss as published: T = 0.75, xi = 2 and power 5. */
  public LogitAnnealing() {
    this(0.75, 2, 5);
  }

  /**
   * Checks the numbers.
   *
   * @param temperature finite and above 0
   * @param offset finite
   * @param power 0, or finite and at least 1: between them rounding makes the gradient of a safe
   *     sample infinite
   */
  public LogitAnnealing {
    if (!(power == 0 || power >= 1 && Double.isFinite(power))) {
      throw new IllegalArgumentException("LA's power must be 0 or at least 1, not " + power + ".");
    }
    crossEntropy(temperature, offset);
  }

  private static OffsetCrossEntropy crossEntropy(double temperature, double offset) {
    return new OffsetCrossEntropy(offset, temperature);
  }

  @Override
  public NDArray penaltyWeights(NDArray ratios, NDArray own) {
    return EMMA.penaltyWeights(ratios, own);
  }

  @Override
  public NDArray ofRaised(NDArray raised, NDArray own) {
    NDArray loss = crossEntropy(temperature, offset).ofRaised(raised, own);
    NDArray p = loss.neg().div(Tensors.scalar(loss, temperature)).exp();
    return loss.mul(Tensors.scalar(loss, 1).sub(p).pow(Tensors.scalar(loss, power)));
  }

  @Override
  public String toString() {
    return equals(new LogitAnnealing())
        ? "LA"
        : "LA T " + temperature + " offset " + offset + " power " + power;
  }
}
