package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import java.util.random.RandomGenerator;
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

  private final RunningValue mean = new RunningValue("mean", Initializer.ZEROS);

  /**
   * Creates the block; the width is known once it is initialised.
   *
   * @param scale the factor before the residual kernel, {@code 1 / sqrt(number of blocks)} in the
   *     paper
   * @param random draws w and the first power-iteration vector
   */
  public CenteredLinearResidual(double scale, RandomGenerator random) {
    super(scale, random);
    addParameter(mean.parameter());
  }

  @Override
  protected void prepare(Shape[] inputs) {
    super.prepare(inputs);
    mean.prepare(inputShape());
  }

  @Override
  public NDArray offset() {
    return super.offset().sub(perChannel(mean.get()));
  }

  @Override
  protected NDArray applyInTraining(NDArray x) {
    NDArray change = convolved(x, residual(), null);
    NDArray batch = RunningValue.means(change);
    mean.follow(batch);
    NDArray shift = super.offset().sub(perChannel(batch));
    return x.add(change).add(BFloat16.match(shift, x));
  }

  private NDArray perChannel(NDArray values) {
    return Shapes.perChannel(values, inputShape());
  }
}
