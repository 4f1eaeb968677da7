package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import org.lipkit.tensor.BFloat16;

/**
 * The block of LiResNet++, {@code x -> x + (G * x - mean_c) + b}: a {@link LinearResidual} whose
 * residual part is centred channel by channel, by the batch's mean of {@code G * x} in training,
 * with gradients through it, and by the running one in evaluation (Hu et al. 2024, "A Recipe for
 * Improved Certifiable Robustness", as in the authors' code). In evaluation that is a translation,
 * so the bound is the norm of {@code I + G}; training counts the same.
 *
 * <ul>
 *   <li>x and y: (N, W, H, H')
 *   <li>w, affine and b as in {@link LinearResidual}; running mean: (W)
 * </ul>
 */
public final class CenteredLinearResidual extends LinearResidual {

  private final RunningValue mean =
      new RunningValue(remembered("mean", WeightInit.constant(0), input -> input.slice(0, 1)));

  /**
   * Creates the block; the width is known once it is initialised.
   *
   * @param scale the number before the residual kernel, {@code 1 / sqrt(number of blocks)} in the
   *     paper
   */
  public CenteredLinearResidual(double scale) {
    super(scale);
  }

  @Override
  public NDArray offset() {
    return super.offset().sub(perChannel(mean.get()));
  }

  @Override
  protected NDArray train(NDArray x, Pass pass) {
    NDArray change = map(BFloat16.match(residual(), x)).apply(x);
    NDArray batch = RunningValue.means(change);
    mean.follow(batch, pass);
    NDArray shift = super.offset().sub(perChannel(batch));
    return x.add(change).add(BFloat16.match(shift, x));
  }
}
