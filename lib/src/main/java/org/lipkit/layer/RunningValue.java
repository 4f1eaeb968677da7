package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.stream.IntStream;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Tensors;

/**
 * A statistic of training batches that evaluation uses, one number a channel: {@code running <- 0.9
 * running + 0.1 batch} after every pass in training. It is saved with the weights and not trained.
 */
final class RunningValue {

  private static final double KEPT = 0.9;

  private final Parameter parameter;

  RunningValue(String name, Initializer first) {
    parameter =
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optRequiresGrad(false)
            .optInitializer(first)
            .build();
  }

  Parameter parameter() {
    return parameter;
  }

  void prepare(Shape input) {
    parameter.setShape(new Shape(input.get(0)));
  }

  NDArray get() {
    return parameter.getArray();
  }

  void follow(NDArray batch) {
    Tensors.withoutGradient(
        () -> {
          NDArray next =
              get()
                  .mul(Tensors.scalar(batch, KEPT))
                  .add(batch.mul(Tensors.scalar(batch, 1 - KEPT)));
          Tensors.copy(next, get());
          return null;
        });
  }

  /**
   * Each channel's mean over a batch, differentiable; in float32 for bfloat16.
   *
   * @param x (N, C, ...)
   * @return (C)
   */
  static NDArray means(NDArray x) {
    int[] others = IntStream.range(0, x.getShape().dimension()).filter(a -> a != 1).toArray();
    NDArray sums = BFloat16.widen(x).sum(others);
    return sums.div(Tensors.scalar(sums, count(x)));
  }

  /** How many numbers of a channel a batch holds. */
  static long count(NDArray x) {
    return x.size() / x.getShape().get(1);
  }
}
