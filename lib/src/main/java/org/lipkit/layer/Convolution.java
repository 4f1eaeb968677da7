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
 * A zero-padded convolution with any stride. Its Lipschitz constant is the spectral norm of the
 * whole operator on the input size it was initialised with, stride and padding included, not the
 * norm of the reshaped kernel (Tsuzuku et al. 2018, section 4).
 *
 * <ul>
 *   <li>x: (N, inputs, H, W)
 *   <li>W: (channels, inputs, kernel, kernel); b: (channels)
 *   <li>y: (N, channels, floor((H + 2 padding - kernel) / stride) + 1, likewise)
 * </ul>
 */
public class Convolution extends LinearLayer {

  private final int channels;
  private final int kernel;
  private final int stride;
  private final int padding;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Creates the layer; the number of input channels is known once it is initialised.
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
    super(random);
    Shapes.requireAtLeast("channels", channels, 1);
    Shapes.requireAtLeast("kernel", kernel, 1);
    Shapes.requireAtLeast("stride", stride, 1);
    Shapes.requireAtLeast("padding", padding, 0);
    this.channels = channels;
    this.kernel = kernel;
    this.stride = stride;
    this.padding = padding;
    weight =
        addParameter(
            Parameter.builder()
                .setName("weight")
                .setType(Parameter.Type.WEIGHT)
                .optInitializer(initializer)
                .build());
    bias = addParameter(Parameter.builder().setName("bias").setType(Parameter.Type.BIAS).build());
    addVector();
  }

  @Override
  protected void prepare(Shape[] inputs) {
    weight.setShape(new Shape(channels, inputShape().get(0), kernel, kernel));
    bias.setShape(new Shape(channels));
    prepareVector();
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages("Convolution", input);
    return new Shape(
        input.get(0),
        channels,
        Shapes.windows("Convolution", input.get(2), kernel, stride, padding),
        Shapes.windows("Convolution", input.get(3), kernel, stride, padding));
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
  public NDArray apply(NDArray x, boolean training) {
    return LinearOperators.convolve(x, weight(), bias.getArray(), stride, padding, 1);
  }

  @Override
  public LinearMap map(NDArray kernels) {
    return new ConvolutionMap(kernels, stride, padding, inputShape());
  }
}
