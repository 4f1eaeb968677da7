package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Tensors;

/**
 * Batch normalisation as the affine map that it is once the statistics are given, {@code y = scale
 * x + shift} for each channel, with {@code scale = gamma / sqrt(variance + e)} and {@code shift =
 * beta - mean scale} (Ioffe and Szegedy 2015; by default the small number e is 2e-5, that of the
 * LMT code). The running variance follows the unbiased estimate, the batch's own divides by the
 * full count.
 */
final class Normalization {

  static final double EPSILON = 2e-5;

  private final Parameter gamma;
  private final RunningValue mean;
  private final RunningValue variance;
  private final Supplier<NDArray> beta;
  private final double epsilon;

  /** A channel's factor and what is added to it, (C) each. */
  record Folded(NDArray scale, NDArray shift) {}

  /**
   * Declares gamma and the running statistics, (C) each.
   *
   * @param layer whose parameters they are
   * @param shape (C), from the shape of one input
   * @param beta what is added, (C), which belongs to the layer
   * @param epsilon e, a positive number
   */
  Normalization(Layer layer, Function<Shape, Shape> shape, Supplier<NDArray> beta, double epsilon) {
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon must be positive, not " + epsilon + ".");
    }
    gamma = layer.trained("gamma", WeightInit.constant(1), shape);
    mean = new RunningValue(layer.remembered("mean", WeightInit.constant(0), shape));
    variance = new RunningValue(layer.remembered("variance", WeightInit.constant(1), shape));
    this.beta = beta;
    this.epsilon = epsilon;
  }

  /**
   * With the statistics of a training batch, which the running ones follow when the pass is
   * finished; differentiable through them.
   *
   * @param x (N, C, ...)
   * @param pass the training pass, which keeps the result
   * @throws IllegalArgumentException if the batch has one number per channel only
   */
  Folded ofBatch(NDArray x, Pass pass) {
    long count = RunningValue.count(x);
    if (count < 2) {
      throw new IllegalArgumentException(
          "Batch normalisation cannot train on one number per channel; use a larger batch.");
    }
    NDArray means = RunningValue.means(x);
    NDArray centred = BFloat16.widen(x).sub(Shapes.perChannel(means, x.getShape().slice(1)));
    NDArray variances = RunningValue.means(centred.square());
    mean.follow(means, pass);
    variance.follow(variances.mul(Tensors.scalar(variances, count / (count - 1.0))), pass);
    Folded batch = folded(means, variances);
    pass.keep(this, batch);
    return batch;
  }

  /**
   * With the statistics of the pass's batch if the layer has seen it, else with the running ones.
   */
  Folded of(Pass pass) {
    Folded batch = pass.kept(this, Folded.class);
    return batch != null ? batch : folded(mean.get(), variance.get());
  }

  private Folded folded(NDArray means, NDArray variances) {
    NDArray deviation = variances.add(Tensors.scalar(variances, epsilon)).sqrt();
    NDArray scale = gamma.getArray().div(deviation);
    return new Folded(scale, beta.get().sub(means.mul(scale)));
  }
}
