package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.lipkit.tensor.BFloat16;
import org.lipkit.text.Given;

/**
 * A zero-padded convolution followed by batch normalisation, bounded as one linear map: the kernel
 * of output channel c is multiplied with {@code gamma_c / sqrt(variance_c + e)} and the spectral
 * norm of that operator is taken, at most the product of both layers' bounds (Tsuzuku et al. 2018,
 * section 4). Training takes the statistics of the batch for the forward pass and for the bound
 * alike, with gradients through both. In evaluation the normalisation is folded into kernel and
 * bias with the running statistics: one convolution.
 *
 * <ul>
 *   <li>x: (N, inputs, H, W)
 *   <li>W: (channels, inputs, kernel, kernel); b (the beta of the normalisation), gamma, and the
 *       running mean and variance: (channels)
 *   <li>y: (N, channels, floor((H + 2 padding - kernel) / stride) + 1, likewise)
 * </ul>
 */
public final class NormalizedConvolution extends Convolution {

  private final Normalization normalization;

  /**
   * Creates the layer with e = 2e-5; the number of input channels is known once it is initialised.
   *
   * @param channels the number of output channels, at least 1
   * @param kernel the kernel's side, at least 1
   * @param stride the step in both directions, at least 1
   * @param padding zeros added on each side, at least 0
   * @param first values of W; b starts at 0
   */
  public NormalizedConvolution(
      int channels, int kernel, int stride, int padding, WeightInit first) {
    this(channels, kernel, stride, padding, Normalization.EPSILON, first);
  }

  /**
   * Creates the layer; the number of input channels is known once it is initialised.
   *
   * @param channels the number of output channels, at least 1
   * @param kernel the kernel's side, at least 1
   * @param stride the step in both directions, at least 1
   * @param padding zeros added on each side, at least 0
   * @param epsilon e, a positive number; 1e-5 in networks of PyTorch
   * @param first values of W; b starts at 0
   */
  public NormalizedConvolution(
      int channels, int kernel, int stride, int padding, double epsilon, WeightInit first) {
    super(
        channels,
        kernel,
        stride,
        padding,
        Given.notNull("What the first values of W are", first)
            .withBiasesOf(WeightInit.constant(0)));
    normalization = new Normalization(this, input -> new Shape(channels), super::bias, epsilon);
  }

  @Override
  public Form.Linear form(Pass pass) {
    Normalization.Folded folded = normalization.of(pass);
    return linear(
        super.weight().mul(folded.scale().reshape(-1, 1, 1, 1)),
        folded.shift().reshape(1, -1, 1, 1));
  }

  @Override
  public NDArray weight() {
    return form(Pass.EVALUATION).weight();
  }

  @Override
  public NDArray offset() {
    return form(Pass.EVALUATION).offset();
  }

  @Override
  protected NDArray train(NDArray x, Pass pass) {
    NDArray y = map(super.weight()).apply(x);
    Normalization.Folded batch = normalization.ofBatch(y, pass);
    Shape image = y.getShape().slice(1);
    return y.mul(BFloat16.match(Shapes.perChannel(batch.scale(), image), y))
        .add(BFloat16.match(Shapes.perChannel(batch.shift(), image), y));
  }
}
