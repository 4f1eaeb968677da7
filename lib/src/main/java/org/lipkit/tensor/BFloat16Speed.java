package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import org.lipkit.text.Text;

/**
 * Whether this machine trains faster in bfloat16, by trying: a 3x3 convolution of 64 channels,
 * forward and backward, in both types.
 *
 * <p>It is timed and not looked up: every system lists the processor's flags in another place and
 * under other names, and they do not say whether the engine's build uses those units. With the
 * units bfloat16 is faster than float32, and without them, where the engine emulates it, several
 * times slower. The times differ so much that the best of several alternating trials gives the same
 * answer on a busy machine. A run must record the answer and keep to it, since another machine may
 * give another one.
 *
 * @param float32Millis the best time in float32
 * @param bfloat16Millis the best time in bfloat16
 */
public record BFloat16Speed(double float32Millis, double bfloat16Millis) {

  private static final int TURNS = 8;
  private static final Shape IMAGES = new Shape(16, 64, 16, 16);
  private static final Shape KERNELS = new Shape(64, 64, 3, 3);

  private static final class Here {
    static final BFloat16Speed FOUND = measure();
  }

  /**
   * The speed on this machine; measured by the first call of a process, which takes some tenths of
   * a second.
   *
   * @return always the same
   */
  public static BFloat16Speed here() {
    return Here.FOUND;
  }

  private static BFloat16Speed measure() {
    double float32 = Double.POSITIVE_INFINITY;
    double bfloat16 = Double.POSITIVE_INFINITY;
    try (NDManager manager = Tensors.newManager()) {
      SplittableRandom random = new SplittableRandom(1);
      NDArray x = Tensors.channelsLast(Tensors.gaussian(manager, random, IMAGES, DataType.FLOAT32));
      NDArray weight = Tensors.gaussian(manager, random, KERNELS, DataType.FLOAT32);
      weight.setRequiresGradient(true);
      NDArray rounded = BFloat16.of(x);
      for (int turn = 0; turn < TURNS; turn++) {
        float32 = Math.min(float32, millis(x, weight));
        bfloat16 = Math.min(bfloat16, millis(rounded, weight));
      }
    }
    return new BFloat16Speed(float32, bfloat16);
  }

  private static double millis(NDArray x, NDArray weight) {
    long started = System.nanoTime();
    Tensors.scoped(
        () -> Tensors.toDouble(Gradients.of(List.of(weight), () -> twice(x, weight)).get(0)));
    return (System.nanoTime() - started) / 1e6;
  }

  /** The second convolution needs the gradient of its input too. */
  private static NDArray twice(NDArray x, NDArray weight) {
    NDArray once = LinearOperators.convolve(x, weight, null, 1, 1, 1);
    return BFloat16.widen(LinearOperators.convolve(once, weight, null, 1, 1, 1)).sum();
  }

  /**
   * Whether mixed precision pays.
   *
   * @return true if bfloat16 was the faster type
   */
  public boolean isFaster() {
    return bfloat16Millis < float32Millis;
  }

  /**
   * The answer in words, for records.
   *
   * @return for example {@code "yes: a convolution takes 0.48 of float32's time"}
   */
  public String words() {
    return Text.of(
        "%s: a convolution takes %.2f of float32's time",
        isFaster() ? "yes" : "no", bfloat16Millis / float32Millis);
  }
}
