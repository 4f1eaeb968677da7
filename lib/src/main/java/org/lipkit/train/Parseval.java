package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.LinearLayer;

/**
 * Parseval networks (Cisse et al. 2017, algorithm 1): after every update each layer's matrix takes
 * a step towards orthonormal rows, {@code W <- (1 + rate) W - rate W W^T W}, which moves every
 * singular value towards 1. The head is not changed, as in the LMT paper's comparison; sums of
 * branches are the model's business.
 *
 * <p>A convolution's kernel counts as the matrix W (out, in k k). The paper divides its output by
 * k, the norm that unfolding an image into k x k patches has at most; here that factor lies in the
 * kernel itself, V = W / k, so that the step is {@code V <- (1 + rate) V - rate k^2 V V^T V} and
 * the operator's norm tends to at most 1.
 *
 * @param rate beta, in (0, 1); 1e-4 in the papers
 */
public record Parseval(double rate) implements Regularizer {

  /**
   * Checks the rate.
   *
   * @param rate in (0, 1)
   */
  public Parseval {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "Parseval training needs a rate in (0, 1), for example 1e-4, not " + rate + ".");
    }
  }

  @Override
  public void updated(Classifier classifier) {
    for (LinearLayer layer : classifier.body().linearLayers()) {
      NDArray weight = layer.weight();
      if (!weight.hasGradient()) {
        throw new IllegalArgumentException(
            "Parseval training needs layers with a weight of their own; "
                + layer.name()
                + " computes its weight.");
      }
      step(weight);
    }
  }

  /**
   * One step, in place.
   *
   * @param weight (out, in) or (out, in, k, k)
   */
  void step(NDArray weight) {
    NDArray rows = weight.reshape(weight.getShape().get(0), -1);
    long area = weight.getShape().slice(2).size();
    NDArray pull = rows.matMul(rows.transpose()).matMul(rows).mul((float) (rate * area));
    weight.muli((float) (1 + rate)).subi(pull.reshape(weight.getShape()));
  }

  @Override
  public String toString() {
    return "Parseval " + Regularizer.number(rate);
  }
}
