package org.lipkit.checker;

import java.util.Collections;
import java.util.Map;

/**
 * Derives certificates for a small network anew from its saved weights: bounds on all norms once,
 * and one {@link Evaluation} per sample.
 */
public final class Checker {

  private final Network network;
  private final double[][] constants;
  private final int inputs;

  /**
   * Bounds all norms.
   *
   * @param model "Wong net", "2C2F" or, for example, "LiResNet L2 W16 D128", "ResNet L2 W16 D128",
   *     "WRN-10-1 avg", "LipNeXt L4 W96", "AOL-MLP L4 W512"
   * @param weights of a frozen network, by the names of {@code weights.npz}
   * @param channels of the images
   * @param side the images' height and width in pixels
   * @throws IllegalArgumentException if the model is unknown or the weights do not fit it
   */
  public Checker(String model, Map<String, FloatArray> weights, int channels, int side) {
    this.network = Network.of(model, weights, channels, side);
    this.constants = network.constants();
    this.inputs = channels * side * side;
  }

  /**
   * The bounds on the norms of the layers before the head, in order.
   *
   * @return by the layer's name in the weights
   */
  public Map<String, Double> norms() {
    return Collections.unmodifiableMap(network.norms());
  }

  /**
   * At least the Lipschitz constant of the difference of two logits, by the model's rule.
   *
   * @param j a class
   * @param i another class
   * @return K_ji
   */
  public double constant(int j, int i) {
    return constants[j][i];
  }

  /**
   * The number of classes.
   *
   * @return how many logits there are
   */
  public int classes() {
    return constants.length;
  }

  /**
   * Computes the network at one sample.
   *
   * @param pixels (channels, side, side) in [0, 1], exactly as the program gets them
   * @return what can be said of the sample
   */
  public Evaluation evaluate(float[] pixels) {
    if (pixels.length != inputs) {
      throw new IllegalArgumentException(
          "The network takes " + inputs + " pixels but the sample has " + pixels.length + ".");
    }
    return new Evaluation(network, constants, pixels);
  }
}
