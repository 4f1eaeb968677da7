package org.lipkit.bound;

import ai.djl.ndarray.NDArray;
import org.lipkit.tensor.Tensors;

/**
 * The cheap bound of a convolution by the norm of its kernel reshaped to a matrix (Tsuzuku et al.
 * 2018, section 4): with n the number of windows that one input pixel can lie in,
 *
 * <pre>  ||A||  &lt;=  sqrt(n) || W reshaped to (O, I k k) ||,
 *  n = product over both axes of ceil(min(k, h + 2 padding - k + 1) / stride).</pre>
 *
 * Every output pixel is W times its window, and the windows' squared lengths add up to at most n
 * times the image's. It is sound, every rounding included, exact where windows do not overlap and
 * up to {@code sqrt(n)} too large where they do: use {@link SoundNorm#TIGHT} for certificates. Of
 * groups the largest bound counts. Other maps have no kernel; they get {@link SoundNorm#TIGHT}.
 */
public final class ReshapedKernel implements NormMethod {

  /** Creates the method. */
  public ReshapedKernel() {}

  /**
   * The bound.
   *
   * @param map a {@link DenseMap} or a {@link ConvolutionMap}
   * @return an upper bound, infinite if it would overflow
   * @throws IllegalArgumentException if a weight is NaN or infinite, or the map is of another kind
   */
  @Override
  public Bound norm(LinearMap map) {
    return map instanceof ConvolutionMap convolution
        ? Tensors.scoped(() -> Tensors.withoutGradient(() -> ofConvolution(convolution)))
        : SoundNorm.TIGHT.norm(map);
  }

  private static Bound ofConvolution(ConvolutionMap map) {
    double uses = (double) map.rows().uses() * map.columns().uses();
    Bound kernel = SoundNorm.largest(map.blocks().stream().map(ReshapedKernel::kernel));
    return new Bound(
        uses == 1 ? kernel.value() : Upward.times(Upward.root(uses), kernel.value()),
        Bound.Kind.UPPER,
        "reshaped kernel");
  }

  private static Bound kernel(ConvolutionMap block) {
    NDArray matrix = block.weight().reshape(block.outputChannels(), -1);
    return SoundNorm.TIGHT.norm(new DenseMap(matrix));
  }
}
