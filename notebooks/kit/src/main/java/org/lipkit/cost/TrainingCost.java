package org.lipkit.cost;

import java.util.List;
import org.lipkit.model.LayerCost;
import org.lipkit.train.Recipe;

/**
 * What a training costs, counted and not measured. A multiply-add is two operations. The backward
 * pass costs twice the forward pass; a power iteration applies every linear map and its adjoint to
 * one image. The norm applies the map once more and takes the gradient of the weights, and where
 * iterations are unrolled, that of each vector too.
 *
 * @param layers the network's layers
 * @param recipe how it is trained
 * @param images the size of the training split
 */
public record TrainingCost(List<LayerCost> layers, Recipe recipe, long images) {

  private static final int FORWARD_AND_BACKWARD = 3;

  /** Weights, gradients and AdamW's two moments, in float32. */
  private static final long BYTES_PER_PARAMETER = 4 * Float.BYTES;

  private static final long BYTES_PER_BFLOAT16 = 2;

  /** {@return multiply-adds of one image's forward pass} */
  public long multiplyAdds() {
    return LayerCost.multiplyAdds(layers);
  }

  /** {@return operations of one step: a batch forward and backward, and the bound} */
  public double operationsPerStep() {
    double batch = (double) FORWARD_AND_BACKWARD * recipe.batch();
    return 2 * multiplyAdds() * (batch + boundPasses());
  }

  private double boundPasses() {
    double iterations = 2.0 * recipe.powerIterations();
    return recipe.unrolled() ? FORWARD_AND_BACKWARD * (iterations + 1) : iterations + 2;
  }

  /**
   * The bound's share of a step's operations.
   *
   * @return in (0, 1)
   */
  public double boundShare() {
    return 2 * multiplyAdds() * boundPasses() / operationsPerStep();
  }

  /** {@return steps of the whole training} */
  public long steps() {
    return recipe.epochs() * (images / recipe.batch());
  }

  /** {@return operations of the whole training} */
  public double operations() {
    return steps() * operationsPerStep();
  }

  /** {@return bytes of weights, gradients and the optimizer's moments} */
  public long stateBytes() {
    return BYTES_PER_PARAMETER * layers.stream().mapToLong(LayerCost::parameters).sum();
  }

  /**
   * {@return bytes of the activations that the backward pass needs, if every layer's output is kept
   * once in bfloat16; engines keep more}
   */
  public long activationBytes() {
    return BYTES_PER_BFLOAT16
        * recipe.batch()
        * layers.stream().mapToLong(LayerCost::outputs).sum();
  }

  /**
   * An extrapolation: the time on a device that reaches a share of its published peak.
   *
   * @param device the device
   * @param utilisation the share of its peak, in (0, 1]
   * @return hours
   */
  public double hoursOn(Accelerator device, double utilisation) {
    if (!(utilisation > 0 && utilisation <= 1)) {
      throw new IllegalArgumentException(
          "A utilisation is a share of the peak, above 0 and at most 1, not " + utilisation + ".");
    }
    return operations() / (device.peakTeraflops() * 1e12 * utilisation) / 3600;
  }
}
