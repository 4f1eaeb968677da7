package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.lipkit.tensor.BFloat16;

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
      addParameter(Parameter.builder().setName("beta").setType(Parameter.Type.BETA).build());
  private final Normalization normalization = new Normalization(beta::getArray);

  /** Creates the layer; the number of channels is known once it is initialised. */
  public BatchNorm() {
    normalization.parameters().forEach(this::addParameter);
  }

  @Override
  protected void prepare(Shape[] inputs) {
    beta.setShape(new Shape(inputShape().get(0)));
    normalization.prepare(inputShape());
  }

  @Override
  public NDArray weight() {
    return perChannel(normalization.running().scale());
  }

  @Override
  public NDArray offset() {
    return perChannel(normalization.running().shift());
  }

  @Override
  protected NDArray trainedWeight() {
    return normalization.trainedScale();
  }

  @Override
  protected NDArray applyInTraining(NDArray x) {
    Normalization.Folded batch = normalization.ofBatch(x);
    return x.mul(BFloat16.match(perChannel(batch.scale()), x))
        .add(BFloat16.match(perChannel(batch.shift()), x));
  }
}
