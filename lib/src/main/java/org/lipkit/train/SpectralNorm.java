package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.LinearLayer;
import org.lipkit.layer.Pass;
import org.lipkit.tensor.Tensors;

/**
 * Spectral-norm regularisation (Yoshida and Miyato 2017, eq. 3): {@code + rate / 2 * sum of
 * sigma(A)^2} over the linear parts A of all linear layers, the head included, by one power
 * iteration per step from the vector that each layer keeps.
 *
 * <p>A convolution counts with the norm of its operator on its input size. The paper, and the LMT
 * paper's comparison, take the norm of the reshaped kernel (out, in k k) instead. Where a batch
 * norm follows a convolution, A is the convolution as the batch norm scales it; there they take the
 * bare kernel.
 *
 * @param rate its weight, at least 0
 */
public record SpectralNorm(double rate) implements Regularizer {

  /**
   * Checks the weight.
   *
   * @param rate at least 0
   */
  public SpectralNorm {
    Regularizer.requireWeight(rate);
  }

  @Override
  public NDArray penalise(NDArray loss, Classifier classifier, Pass pass) {
    NDArray one = Tensors.scalar(loss, 1);
    NDArray sum = loss.zerosLike();
    for (LinearLayer layer : classifier.linearLayers()) {
      sum = sum.add(layer.lipschitz(one, pass).square());
    }
    return loss.add(sum.mul(Tensors.scalar(loss, rate / 2)));
  }

  /** One more iteration, with the new weights. */
  @Override
  public void updated(Classifier classifier) {
    Pass pass = Pass.training(1);
    classifier.linearLayers().forEach(layer -> layer.norm(pass, 1));
    pass.finish();
  }

  @Override
  public String toString() {
    return "spectral norm " + Regularizer.number(rate);
  }
}
