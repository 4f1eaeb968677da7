package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

/**
 * Batch normalisation, {@code y_c = gamma_c (x_c - mean_c) / sqrt(variance_c + 2e-5) + beta_c}: an
 * affine map with Lipschitz constant {@code max_c |gamma_c| / sqrt(variance_c + 2e-5)} (Tsuzuku et
 * al. 2018, section 4). Training takes the statistics of the batch for the forward pass and for the
 * bound alike, with gradients through both; evaluation takes the running ones. After a convolution
 * {@link NormalizedConvolution} has the tighter bound.
 *
 * <ul>
 *   <li>x and y: (N, C, ...)
 *   <li>gamma, beta, and the running mean and variance: (C)
 * </ul>
 */
public final class BatchNorm extends DiagonalLayer {

  private final Parameter beta =
      trained("beta", WeightInit.constant(0), input -> input.slice(0, 1));
  private final Normalization normalization =
      new Normalization(this, input -> input.slice(0, 1), beta::getArray);

  /** Creates the layer; the number of channels is known once it is initialised. */
  public BatchNorm() {}

  @Override
  public Form form(Pass pass) {
    Normalization.Folded folded = normalization.of(pass);
    return diagonal(perChannel(folded.scale()), perChannel(folded.shift()));
  }

  @Override
  protected NDArray train(NDArray x, Pass pass) {
    normalization.ofBatch(x, pass);
    return super.train(x, pass);
  }
}
