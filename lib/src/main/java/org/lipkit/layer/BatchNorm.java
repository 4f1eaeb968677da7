package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

/**
 * Batch normalisation, {@code y_c = gamma_c (x_c - mean_c) / sqrt(variance_c + e) + beta_c}: an
 * affine map with Lipschitz constant {@code max_c |gamma_c| / sqrt(variance_c + e)} (Tsuzuku et al.
 * 2018, section 4). Training takes the statistics of the batch for the forward pass and for the
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
  private final Normalization normalization;

  /** Creates the layer with e = 2e-5; the number of channels is known once it is initialised. */
  public BatchNorm() {
    this(Normalization.EPSILON);
  }

  /**
   * Creates the layer; the number of channels is known once it is initialised.
   *
   * @param epsilon e, a positive number; 1e-5 in networks of PyTorch
   */
  public BatchNorm(double epsilon) {
    normalization = new Normalization(this, input -> input.slice(0, 1), beta::getArray, epsilon);
  }

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
