package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.LinearLayer;
import org.lipkit.tensor.Tensors;

/**
 * Spectral-norm regularisation (Yoshida and Miyato 2017, eq. 3): {@code + rate / 2 * sum of
 * sigma(A)^2} over the linear parts A of all linear layers, the head included, by one power
 * iteration a step from the vector that each layer keeps.
 *
 * <p>A convolution counts with the norm of its operator on its input size. The paper, and the LMT
 * paper's comparison, take the norm of the reshaped kernel (out, in k k) instead. Where a batch
 * norm follows a convolution, A is the convolution as the batch norm scales it; there they take the
 * bare kernel.
 *
 * @param rate its weight, at least 0
 */
record SpectralNorm(double rate) implements Regularizer {

  @Override
  public NDArray penalise(NDArray loss, Classifier classifier) {
    NDArray sum = loss.zerosLike();
    for (LinearLayer layer : classifier.linearLayers()) {
      sum = sum.add(norm(layer, 0).square());
    }
    return loss.add(sum.mul(Tensors.scalar(loss, rate / 2)));
  }

  /** Here, for no vector may change between the penalty and its gradient. */
  @Override
  public void updated(Classifier classifier) {
    Tensors.scoped(
        () ->
            Tensors.withoutGradient(
                () -> {
                  classifier.linearLayers().forEach(layer -> norm(layer, 1));
                  return null;
                }));
  }

  private static NDArray norm(LinearLayer layer, int iterations) {
    NDArray weight = layer.weight();
    NDArray one = weight.getManager().ones(new Shape(), weight.getDataType());
    return layer.lipschitz(one, iterations);
  }
}
