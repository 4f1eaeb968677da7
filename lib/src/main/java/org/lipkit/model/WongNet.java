package org.lipkit.model;

import java.util.List;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.MarginRule;
import org.lipkit.layer.Relu;
import org.lipkit.layer.Sequential;
import org.lipkit.layer.WeightInit;

/**
 * The small MNIST network of the LMT paper's comparison (after Wong and Kolter 2018): convolutions
 * 4x4/2 to 16 and 32 channels, dense 100, dense to the classes, ReLU between.
 */
public final class WongNet {

  private WongNet() {}

  /**
   * {@return the network, not yet initialised}
   *
   * @param classes the number of classes, at least 2
   * @param rule how margins are bounded: {@link MarginRule#NETWORK} is the paper's text, {@link
   *     MarginRule#PAIRWISE} what its authors' code trains and evaluates with; convolutions then
   *     begin as {@link WeightInit#HE}, as they do there, and as {@link WeightInit#LECUN} otherwise
   * @param seed of the first weights
   */
  public static Classifier create(int classes, MarginRule rule, long seed) {
    WeightInit kernels = rule == MarginRule.PAIRWISE ? WeightInit.HE : WeightInit.LECUN;
    Sequential body =
        new Sequential(
            List.of(
                new Convolution(16, 4, 2, 1, kernels),
                new Relu(),
                new Convolution(32, 4, 2, 1, kernels),
                new Relu(),
                new Flatten(),
                new Dense(100, WeightInit.LECUN),
                new Relu()));
    return new Classifier(body, new Dense(classes, WeightInit.LECUN), rule).seed(seed);
  }
}
