package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import org.lipkit.tensor.Tensors;
import org.lipkit.text.Given;

/**
 * The fixed normalisation of pixels that most networks begin with, {@code y_c = (x_c - mean_c) /
 * deviation_c}, computed as {@code x_c / deviation_c - mean_c / deviation_c} with both quotients
 * rounded once. Its Lipschitz constant is the largest {@code 1 / deviation_c}; radii stay those of
 * x.
 *
 * <ul>
 *   <li>x and y: (N, C, ...)
 * </ul>
 */
public final class Standardization extends DiagonalLayer {

  private final double[] means;
  private final double[] deviations;
  private NDArray scale;
  private NDArray shift;

  /**
   * Creates the layer.
   *
   * @param means one for each channel, in units of x
   * @param deviations one for each channel, positive
   */
  public Standardization(double[] means, double[] deviations) {
    this.means = means.clone();
    this.deviations = deviations.clone();
    for (double deviation : deviations) {
      if (!(deviation > 0)) {
        throw new IllegalArgumentException("A deviation must be positive, not " + deviation + ".");
      }
    }
  }

  @Override
  public Shape outputShape(Shape input) {
    super.outputShape(input);
    if (means.length != input.get(0) || deviations.length != input.get(0)) {
      throw Given.refused(
          "A Standardization of %d means and %d deviations cannot take %d channels.",
          means.length, deviations.length, input.get(0));
    }
    return input;
  }

  @Override
  protected void drawn(NDManager manager, DataType type) {
    double[] inverse =
        IntStream.range(0, means.length).mapToDouble(c -> 1 / deviations[c]).toArray();
    double[] quotients =
        IntStream.range(0, means.length).mapToDouble(c -> -means[c] / deviations[c]).toArray();
    scale = perChannel(Tensors.ofDoubles(manager, inverse, new Shape(means.length), type));
    shift = perChannel(Tensors.ofDoubles(manager, quotients, new Shape(means.length), type));
  }

  @Override
  public Form form(Pass pass) {
    return diagonal(scale, shift);
  }
}
