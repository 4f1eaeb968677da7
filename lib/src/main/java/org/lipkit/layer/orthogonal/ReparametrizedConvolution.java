package org.lipkit.layer.orthogonal;

import ai.djl.ndarray.NDArray;
import org.lipkit.layer.Convolution;
import org.lipkit.layer.Form;
import org.lipkit.layer.WeightInit;
import org.lipkit.text.Given;

/**
 * A convolution that is 1-Lipschitz by construction: its kernels are a {@link Reparametrization} of
 * free ones. In training it counts as 1; its bound is the norm, on its input size, of the
 * convolution with the kernels that float32 makes of the free ones.
 *
 * <p>Orthogonalised kernels need windows that do not overlap, {@code stride >= kernel}: then every
 * window is multiplied with one matrix, and the operator has that matrix's norm.
 *
 * <ul>
 *   <li>x: (N, inputs, H, W)
 *   <li>free kernels: (channels, inputs, kernel, kernel); b: (channels)
 *   <li>y: (N, channels, floor((H + 2 padding - kernel) / stride) + 1, likewise)
 * </ul>
 */
public final class ReparametrizedConvolution extends Convolution {

  private final Reparametrization reparametrization;

  /**
   * Creates the layer; the number of input channels is known once it is initialised.
   *
   * @param channels the number of output channels, at least 1
   * @param kernel the kernel's side, at least 1
   * @param stride the step in both directions, at least 1
   * @param padding zeros added on each side, at least 0
   * @param reparametrization of the kernels
   * @param first values of the free kernels and, as {@link WeightInit#bias} says, of b
   * @throws IllegalArgumentException if orthogonalised windows would overlap
   */
  public ReparametrizedConvolution(
      int channels,
      int kernel,
      int stride,
      int padding,
      Reparametrization reparametrization,
      WeightInit first) {
    super(channels, kernel, stride, padding, first);
    if (reparametrization != Reparametrization.AOL && stride < kernel) {
      throw Given.refused(
          "Kernels orthogonalised by %s bound a convolution by 1 only where windows do not"
              + " overlap, not with kernel %d and stride %d; use a stride of at least %d, or AOL.",
          reparametrization, kernel, stride, kernel);
    }
    this.reparametrization = Given.notNull("The reparametrization", reparametrization);
  }

  @Override
  public NDArray weight() {
    return reparametrization.weight(super.weight());
  }

  @Override
  protected Form.Estimate estimate() {
    return Form.Estimate.ONE;
  }
}
