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
 * A zero-padded convolution followed by batch normalisation, bounded as one linear map: the kernel
 * of output channel c is multiplied with {@code gamma_c / sqrt(variance_c + 2e-5)} and the spectral
 * norm of that operator is taken, at most the product of both layers' bounds (Tsuzuku et al. 2018,
 * section 4). Training takes the statistics of the batch for the forward pass and for the bound
 * alike, with gradients through both. In evaluation the normalisation is folded into kernel and
 * bias with the running statistics: one convolution.
 *
 * <ul>
 *   <li>x: (N, inputs, H, W)
 *   <li>W: (channels, inputs, kernel, kernel); gamma, beta, the running mean and variance:
 *       (channels)
 *   <li>y: (N, channels, floor((H + 2 padding - kernel) / stride) + 1, likewise)
 * </ul>
 */
public final class NormalizedConvolution extends LinearLayer {

  private final int channels;
  private final int kernel;
  private final int stride;
  private final int padding;
  private final Parameter weight;
  private final Normalization normalization = new Normalization();

  /**
   * Creates the layer; the number of input channels is known once it is initialised.
   *
   * @param channels the number of output channels, at least 1
   * @param kernel the kernel's side, at least 1
   * @param stride the step in both directions, at least 1
   * @param padding zeros added on each side, at least 0
   * @param initializer of W
   * @param random draws the first power-iteration vector
   */
  public NormalizedConvolution(
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
    normalization.parameters().forEach(this::addParameter);
    addVector();
  }

  @Override
  protected void prepare(Shape[] inputs) {
    weight.setShape(new Shape(channels, inputShape().get(0), kernel, kernel));
    normalization.prepare(new Shape(channels));
    prepareVector();
  }

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireImages("NormalizedConvolution", input);
    return new Shape(
        input.get(0),
        channels,
        Shapes.windows("NormalizedConvolution", input.get(2), kernel, stride, padding),
        Shapes.windows("NormalizedConvolution", input.get(3), kernel, stride, padding));
  }

  @Override
  public NDArray weight() {
    return scaled(normalization.running().scale());
  }

  @Override
  protected NDArray trainedWeight() {
    return scaled(normalization.trainedScale());
  }

  private NDArray scaled(NDArray scale) {
    return weight.getArray().mul(scale.reshape(-1, 1, 1, 1));
  }

  @Override
  public NDArray offset() {
    return normalization.running().shift().reshape(1, -1, 1, 1);
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    if (!training) {
      NDArray bias = normalization.running().shift();
      return LinearOperators.convolve(x, weight(), bias, stride, padding, 1);
    }
    NDArray y = LinearOperators.convolve(x, weight.getArray(), null, stride, padding, 1);
    Normalization.Folded batch = normalization.ofBatch(y);
    Shape image = y.getShape().slice(1);
    return y.mul(Shapes.perChannel(batch.scale(), image))
        .add(Shapes.perChannel(batch.shift(), image));
  }

  @Override
  public LinearMap map(NDArray kernels) {
    return new ConvolutionMap(kernels, stride, padding, inputShape());
  }
}
