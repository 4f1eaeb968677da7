package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.stream.IntStream;
import org.lipkit.tensor.BFloat16;
import org.lipkit.tensor.Tensors;

/**
 * A statistic of training batches that evaluation uses, one number per channel: {@code running <-
 * 0.9 running + 0.1 batch} when a training pass is finished.
 *
 * @param parameter where the layer remembers it, (C)
 */
record RunningValue(Parameter parameter) {

  private static final double KEPT = 0.9;

  NDArray get() {
    return parameter.getArray();
  }

  void follow(NDArray batch, Pass pass) {
    pass.remember(
        parameter,
        Tensors.withoutGradient(
            () ->
                get()
                    .mul(Tensors.scalar(batch, KEPT))
                    .add(batch.mul(Tensors.scalar(batch, 1 - KEPT)))));
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
