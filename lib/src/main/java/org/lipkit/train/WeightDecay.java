package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Pass;
import org.lipkit.tensor.Tensors;

/**
 * L2 weight decay as a penalty, {@code + rate / 2 ||w||^2} over all trained numbers w, whatever the
 * optimizer; unlike AdamW's own decay, Adam scales its gradient with the loss's.
 *
 * @param rate its weight, at least 0
 */
public record WeightDecay(double rate) implements Regularizer {

  /**
   * Checks the weight.
   *
   * @param rate at least 0
   */
  public WeightDecay {
    Regularizer.requireWeight(rate);
  }

  @Override
  public NDArray penalise(NDArray loss, Classifier classifier, Pass pass) {
    NDArray sum = loss.zerosLike();
    for (NDArray weight : classifier.trainable()) {
      sum = sum.add(weight.square().sum());
    }
    return loss.add(sum.mul(Tensors.scalar(loss, rate / 2)));
  }

  @Override
  public String toString() {
    return "weight decay " + Regularizer.number(rate);
  }
}
