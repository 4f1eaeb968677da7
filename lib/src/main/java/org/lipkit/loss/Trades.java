package org.lipkit.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Text;

/**
 * The TRADES form of GloRo: {@code CE(y) + lambda * mean(log p_c(y) - log p_c(y, y_bot))} with
 * GloRo's bottom logit {@code y_bot = max_{i != j}(y_i + eps K_ji)}, j the predicted class. The
 * second term is the same for every class c, {@code log(1 + exp(y_bot - logsumexp(y)))} (Leino et
 * al. 2021, section 3; Hu et al. 2023).
 *
 * <p>With lambda = 1 it equals GloRo's own loss, the cross entropy over the C + 1 logits {@code (y,
 * y_bot)}.
 *
 * @param lambda the weight of robustness, at least 0
 */
public record Trades(double lambda) implements Loss {

  private static final Loss PLAIN = new CrossEntropy();

  /**
   * Checks lambda.
   *
   * @param lambda finite and at least 0
   */
  public Trades {
    requireLambda(lambda);
  }

  static void requireLambda(double lambda) {
    if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "TRADES' lambda must be finite and at least 0, not " + lambda + ".");
    }
  }

  /**
   * GloRo's cross entropy over the classes and the bottom class.
   *
   * @return the loss with lambda = 1
   */
  public static Trades gloro() {
    return new Trades(1);
  }

  @Override
  public NDArray evaluate(NDArray logits, NDArray labels, NDArray constants, double eps) {
    NDArray clean = PLAIN.evaluate(logits, labels, constants, eps);
    int classes = (int) logits.getShape().get(1);
    NDArray predicted = logits.argMax(1).oneHot(classes).toType(logits.getDataType(), false);
    NDArray raised = logits.add(predicted.matMul(constants).mul(Tensors.scalar(constants, eps)));
    NDArray bottom =
        raised
            .sub(predicted.mul(Tensors.scalar(logits, Float.MAX_VALUE / 4)))
            .max(new int[] {1}, true);
    NDArray excess = bottom.sub(logSumExp(logits));
    return clean.add(Activation.softPlus(excess).mean().mul(Tensors.scalar(logits, lambda)));
  }

  private static NDArray logSumExp(NDArray logits) {
    NDArray top = logits.max(new int[] {1}, true).stopGradient();
    return logits.sub(top).exp().sum(new int[] {1}, true).log().add(top);
  }

  @Override
  public String toString() {
    if (lambda == 1) {
      return "GloRo";
    }
    return "TRADES " + text(lambda);
  }

  static String text(double lambda) {
    return lambda == Math.rint(lambda) ? Text.of("%.0f", lambda) : String.valueOf(lambda);
  }
}
