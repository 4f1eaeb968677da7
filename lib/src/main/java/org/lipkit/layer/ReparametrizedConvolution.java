package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.training.initializer.Initializer;
import java.util.random.RandomGenerator;

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
   * @param initializer of the free kernels; b starts at 0
   * @param random draws the first power-iteration vector
   * @throws IllegalArgumentException if orthogonalised windows would overlap
   */
  public ReparametrizedConvolution(
      int channels,
      int kernel,
      int stride,
      int padding,
      Reparametrization reparametrization,
      Initializer initializer,
      RandomGenerator random) {
    super(channels, kernel, stride, padding, initializer, random);
    if (reparametrization != Reparametrization.AOL && stride < kernel) {
      throw new IllegalArgumentException(
          String.format(
              "Kernels orthogonalised by %s bound a convolution by 1 only where windows do not"
                  + " overlap, not with kernel %d and stride %d; use a stride of at least %d, or AOL.",
              reparametrization, kernel, stride, kernel));
    }
    this.reparametrization = reparametrization;
  }

  @Override
  public NDArray weight() {
    return reparametrization.weight(super.weight());
  }

  @Override
  public NDArray lipschitz(NDArray k, int iterations) {
    return k;
  }
}
