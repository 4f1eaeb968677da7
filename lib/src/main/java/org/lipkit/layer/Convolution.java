package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.bound.ConvolutionMap;
import org.lipkit.bound.LinearMap;
import org.lipkit.text.Given;

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

  private final Window window;
  private final int channels;
  private final int groups;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Creates a layer of one group with LeCun's first weights.
   *
   * @param channels the number of output channels, at least 1
   * @param kernel the kernel's side, at least 1
   * @param stride the step in both directions, at least 1
   * @param padding zeros added on each side, at least 0
   */
  public Convolution(int channels, int kernel, int stride, int padding) {
    this(channels, kernel, stride, padding, WeightInit.LECUN);
  }

  /**
   * Creates a layer of one group; the number of input channels is known once it is initialised.
   *
   * @param channels the number of output channels, at least 1
   * @param kernel the kernel's side, at least 1
   * @param stride the step in both directions, at least 1
   * @param padding zeros added on each side, at least 0
   * @param first values of W and, as {@link WeightInit#bias} says, of b
   */
  public Convolution(int channels, int kernel, int stride, int padding, WeightInit first) {
    this(channels, kernel, stride, padding, 1, first);
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
   * @param first values of W and, as {@link WeightInit#bias} says, of b
   */
  public Convolution(
      int channels, int kernel, int stride, int padding, int groups, WeightInit first) {
    window = new Window(kernel, stride, padding);
    Shapes.requireAtLeast("channels", channels, 1);
    Shapes.requireAtLeast("groups", groups, 1);
    requireGroups("output", channels, groups);
    this.channels = channels;
    this.groups = groups;
    weight =
        trained(
            "weight", first, input -> new Shape(channels, input.get(0) / groups, kernel, kernel));
    bias = bias(weight, first, input -> new Shape(channels));
  }

  private static void requireGroups(String side, long channels, int groups) {
    if (channels % groups != 0) {
      throw Given.refused(
          "A Convolution of %d groups cannot have %d %s channels; use a multiple of %d.",
          groups, channels, side, groups);
    }
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages(name(), input);
    requireGroups("input", input.get(0), groups);
    return new Shape(channels).addAll(Window.outputs(name(), input, window, window));
  }

  @Override
  public NDArray weight() {
    return weight.getArray();
  }

  /** {@return b, (channels)} */
  public final NDArray bias() {
    return bias.getArray();
  }

  @Override
  public NDArray offset() {
    return bias().reshape(1, -1, 1, 1);
  }

  @Override
  public LinearMap map(NDArray kernels) {
    return new ConvolutionMap(kernels, window.stride(), window.before(), groups, inputShape());
  }
}
