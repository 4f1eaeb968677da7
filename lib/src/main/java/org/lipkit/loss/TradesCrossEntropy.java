package org.lipkit.loss;

import ai.djl.ndarray.NDArray;
import org.lipkit.tensor.Tensors;

/**
 * TRADES as GloRo's own code trains with it (Leino et al. 2021): where {@link Trades} has the
 * Kullback-Leibler divergence of the probabilities p(y) from those with the bottom class, it has
 * the cross entropy,
 *
 * <pre>  CE(y) - lambda * mean(sum_c p_c(y) log p_c(y, y_bot)).</pre>
 *
 * That is the divergence plus the entropy {@code -sum_c p_c log p_c}, which rewards certainty. The
 * weight lambda grows evenly over training; {@link #evaluate} takes it at its end.
 *
 * @param first lambda at the start of training, at least 0
 * @param last lambda at its end, at least 0
 */
public record TradesCrossEntropy(double first, double last) implements Loss {

  /**
   * Checks the weights.
   *
   * @param first finite and at least 0
   * @param last finite and at least 0
   */
  public TradesCrossEntropy {
    Trades.requireLambda(first);
    Trades.requireLambda(last);
  }

  @Override
  public Loss at(double share) {
    double lambda = first + (last - first) * share;
    return new TradesCrossEntropy(lambda, lambda);
  }

  @Override
  public NDArray evaluate(NDArray logits, NDArray labels, NDArray constants, double eps) {
    NDArray divergence = new Trades(last).evaluate(logits, labels, constants, eps);
    NDArray logarithms = logits.logSoftmax(1);
    NDArray negative = logarithms.exp().mul(logarithms).sum(new int[] {1}).mean();
    return divergence.sub(negative.mul(Tensors.scalar(logits, last)));
  }

  @Override
  public String toString() {
    return "TRADES-CE " + Trades.text(first) + " to " + Trades.text(last);
  }
}
