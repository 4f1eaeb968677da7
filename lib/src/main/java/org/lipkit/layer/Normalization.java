package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import java.util.function.Supplier;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Tensors;

/**
 * Batch normalisation as the affine map that it is once the statistics are given, {@code y = scale
 * x + shift} a channel with {@code scale = gamma / sqrt(variance + 2e-5)} and {@code shift = beta -
 * mean scale} (Ioffe and Szegedy 2015; the small number is that of the LMT code). The running
 * variance follows the unbiased estimate, the batch's own divides by the full count.
 */
final class Normalization {

  private static final double EPSILON = 2e-5;

  private final Parameter gamma =
      Parameter.builder().setName("gamma").setType(Parameter.Type.GAMMA).build();
  private final RunningValue mean = new RunningValue("mean", Initializer.ZEROS);
  private final RunningValue variance = new RunningValue("variance", Initializer.ONES);
  private final Supplier<NDArray> beta;
  private Folded batch;

  /** A channel's factor and what is added to it, (C) each. */
  record Folded(NDArray scale, NDArray shift) {}

  /** With a beta, (C), that belongs to the layer. */
  Normalization(Supplier<NDArray> beta) {
    this.beta = beta;
  }

  List<Parameter> parameters() {
    return List.of(gamma, mean.parameter(), variance.parameter());
  }

  /** Prepares the parameters for outputs (C, ...). */
  void prepare(Shape shape) {
    gamma.setShape(new Shape(shape.get(0)));
    mean.prepare(shape);
    variance.prepare(shape);
  }

  /** With the running statistics. */
  Folded running() {
    return folded(mean.get(), variance.get());
  }

  /**
   * With the statistics of a training batch, which the running ones then follow; differentiable
   * through them.
   *
   * @param x (N, C, ...)
   * @throws IllegalArgumentException if the batch has one number a channel only
   */
  Folded ofBatch(NDArray x) {
    long count = RunningValue.count(x);
    if (count < 2) {
      throw new IllegalArgumentException(
          "Batch normalisation cannot train on one number a channel; use a larger batch.");
    }
    NDArray means = RunningValue.means(x);
    NDArray centred = BFloat16.widen(x).sub(Shapes.perChannel(means, x.getShape().slice(1)));
    NDArray variances = RunningValue.means(centred.square());
    mean.follow(means);
    variance.follow(variances.mul(Tensors.scalar(variances, count / (count - 1.0))));
    batch = folded(means, variances);
    return batch;
  }

  /** The scale of the last training batch while its memory is there, then the running one. */
  NDArray trainedScale() {
    return batch != null && !batch.scale().isReleased() ? batch.scale() : running().scale();
  }

  private Folded folded(NDArray means, NDArray variances) {
    NDArray deviation = variances.add(Tensors.scalar(variances, EPSILON)).sqrt();
    NDArray scale = gamma.getArray().div(deviation);
    return new Folded(scale, beta.get().sub(means.mul(scale)));
  }
}
