package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import org.lipkit.tensor.BFloat16;

/**
 * Subtracts each channel's mean, {@code y_c = x_c - mean_c}: the batch's in training, with
 * gradients through it, and the running one in evaluation (LiResNet++, Hu et al. 2024). Its
 * Lipschitz constant is 1 in both. In evaluation it is a translation. In training the map of the
 * whole batch is an orthogonal projection, and that of one sample with the others held fixed is
 * {@code I - J / n} for each channel, where J has ones everywhere and the batch has n numbers in
 * the channel, at least as many as the sample: its eigenvalues lie in [0, 1].
 *
 * <ul>
 *   <li>x and y: (N, C, ...)
 *   <li>running mean: (C)
 * </ul>
 */
public final class Centering extends DiagonalLayer {

  private final RunningValue mean =
      new RunningValue(remembered("mean", WeightInit.constant(0), input -> input.slice(0, 1)));

  /** Creates the layer; the number of channels is known once it is initialised. */
  public Centering() {}

  @Override
  public Form form(Pass pass) {
    return pass.isTraining()
        ? Form.IDENTITY
        : diagonal(perChannel(mean.get().onesLike()), perChannel(mean.get().neg()));
  }

  @Override
  protected NDArray train(NDArray x, Pass pass) {
    NDArray batch = RunningValue.means(x);
    mean.follow(batch, pass);
    return x.sub(BFloat16.match(perChannel(batch), x));
  }
}
