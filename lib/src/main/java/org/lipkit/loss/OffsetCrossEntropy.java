package org.lipkit.loss;

import ai.djl.ndarray.NDArray;
import java.math.BigDecimal;
import java.math.MathContext;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * The cross entropy with an offset and a temperature, {@code T CE((y - offset e_j) / T)} for the
 * true class j: it asks for a margin of the offset, whatever the Lipschitz constants, so that it
 * suits networks whose constant is at most 1 by construction (Prach and Lampert 2022, "Almost-
 * orthogonal layers for efficient general-purpose Lipschitz networks"). For a radius eps such
 * networks are trained with the offset {@code sqrt(2) eps}.
 *
 * @param offset the margin to ask for, in units of the logits
 * @param temperature T, above 0; 1/4 in the networks of dense layers by Prach and Lampert
 */
public record OffsetCrossEntropy(double offset, double temperature) implements MarginLoss {

  /**
   * Checks the numbers.
   *
   * @param offset finite
   * @param temperature finite and above 0
   */
  public OffsetCrossEntropy {
    if (!(Double.isFinite(offset) && temperature > 0 && Double.isFinite(temperature))) {
      throw Given.refused(
          "An offset cross entropy needs a finite offset and a temperature above 0, not %s and"
              + " %s.",
          offset, temperature);
    }
  }

  @Override
  public NDArray penaltyWeights(NDArray ratios, NDArray own) {
    return ratios.zerosLike();
  }

  @Override
  public NDArray ofRaised(NDArray raised, NDArray own) {
    NDArray t = Tensors.scalar(raised, temperature);
    NDArray shifted = raised.sub(own.mul(Tensors.scalar(own, offset))).div(t);
    return shifted.logSoftmax(1).mul(own).sum(new int[] {1}).mul(t).neg();
  }

  @Override
  public String toString() {
    BigDecimal rounded = new BigDecimal(offset, new MathContext(3)).stripTrailingZeros();
    return "offset " + rounded.toPlainString() + " T " + temperature;
  }
}
