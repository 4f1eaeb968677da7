package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.random.RandomGenerator;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.tensor.LinearOperators;

/**
 * A zero-padded convolution with any stride and groups. Its Lipschitz constant is the spectral norm
 * of the whole operator on the input size it was initialised with, stride and padding included, not
 * the norm of the reshaped kernel (Tsuzuku et al. 2018, section 4); with groups, the largest of
 * theirs.
 *
 * <ul>
 *   <li>x: (N, inputs, H, W)
 *   <li>W: (channels, inputs / groups, kernel, kernel); b: (channels)
 *   <li>y: (N, channels, floor((H + 2 padding - kernel) / stride) + 1, likewise)
 * </ul>
 */
public class Convolution extends LinearLayer {

  private final int channels;
  private final int kernel;
  private final int stride;
  private final int padding;
  private final int groups;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Creates a layer of one group; the number of input channels is known once it is initialised.
   *
   * @param channels the number of output channels, at least 1
   * @param kernel the kernel's side, at least 1
   * @param stride the step in both directions, at least 1
   * @param padding zeros added on each side, at least 0
   * @param initializer of W; b starts at 0
   * @param random draws the first power-iteration vector
   */
  public Convolution(
      int channels,
      int kernel,
      int stride,
      int padding,
      Initializer initializer,
      RandomGenerator random) {
    this(channels, kernel, stride, padding, 1, initializer, random);
  }

  /**
   * Creates the layer; the number of input channels is known once it is initialised.
   *
   * @param channels the number of output channels, a multiple of groups
   * @param kernel the kernel's side, at least 1
   * @param stride the step in both directions, at least 1
   * @param padding zeros added on each side, at least 0
   * @param groups how many independent convolutions stand side by side, at least 1: each reads its
   *     own {@code inputs / groups} channels and writes its own {@code channels / groups}
   * @param initializer of W; b starts at 0
   * @param random draws the first power-iteration vector
   */
  public Convolution(
      int channels,
      int kernel,
      int stride,
      int padding,
      int groups,
      Initializer initializer,
      RandomGenerator random) {
    super(random);
    Shapes.requireAtLeast("channels", channels, 1);
    Shapes.requireAtLeast("kernel", kernel, 1);
    Shapes.requireAtLeast("stride", stride, 1);
    Shapes.requireAtLeast("padding", padding, 0);
    Shapes.requireAtLeast("groups", groups, 1);
    requireGroups("output", channels, groups);
    this.channels = channels;
    this.kernel = kernel;
    this.stride = stride;
    this.padding = padding;
    this.groups = groups;
    weight = addWeight(initializer);
    bias = addBias();
    addVector();
  }

  private static void requireGroups(String side, long channels, int groups) {
    if (channels % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              "A Convolution of %d groups cannot have %d %s channels; use a multiple of %d.",
              groups, channels, side, groups));
    }
  }

  @Override
  protected void prepare(Shape[] inputs) {
    weight.setShape(new Shape(channels, inputShape().get(0) / groups, kernel, kernel));
    bias.setShape(new Shape(channels));
    prepareVector();
  }

  @Override
  public Shape outputShape(Shape input) {
    String name = getClass().getSimpleName();
    Shapes.requireImages(name, input);
    requireGroups("input", input.get(1), groups);
    return new Shape(
        input.get(0),
        channels,
        Shapes.windows(name, input.get(2), kernel, stride, padding),
        Shapes.windows(name, input.get(3), kernel, stride, padding));
  }

  @Override
  public NDArray weight() {
    return weight.getArray();
  }

  @Override
  public NDArray offset() {
    return bias.getArray().reshape(1, -1, 1, 1);
  }

  @Override
  protected NDArray applyInTraining(NDArray x) {
    return LinearOperators.convolve(x, weight(), offset().flatten(), stride, padding, groups);
  }

  @Override
  public LinearMap map(NDArray kernels) {
    return new ConvolutionMap(kernels, stride, padding, groups, inputShape());
  }
}
