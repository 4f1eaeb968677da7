package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;

/**
 * Checks that the engine computes convolutions correctly on this processor. oneDNN 3.7.1 was seen
 * to read memory that was never written on virtual machines with AVX-512: forward and backward,
 * where the number of channels is neither 16, one vector, nor a multiple of 32. There, {@link
 * LinearOperators} adds channels of zeros.
 */
public final class EngineCheck {

  /** How many channels the longest vector of a processor holds. */
  static final int VECTOR = 16;

  /** Output channels, input channels, groups, side of the kernel, side of the image, stride. */
  private static final int[][] CONVOLUTIONS = {
    {6, 40, 1, 3, 6, 1},
    {6, 20, 1, 4, 8, 2},
    {8, 6, 1, 3, 5, 1},
    {12, 12, 1, 3, 8, 1},
    {4, 4, 1, 3, 8, 1},
    {4, 1, 1, 3, 8, 1},
    {24, 24, 1, 3, 5, 1},
    {24, 24, 2, 3, 5, 1},
    {8, 8, 8, 3, 5, 1},
    {12, 2, 2, 3, 5, 1},
    {48, 48, 3, 3, 5, 1},
    {16, 3, 1, 5, 8, 2},
    {32, 16, 1, 3, 8, 1},
    {4, 48, 1, 3, 7, 2},
    {34, 66, 2, 3, 7, 2},
    {48, 16, 1, 1, 6, 3}
  };

  private static final int WRONG = 3;
  private static final double TOLERANCE = 1e-4;
  private static final double BFLOAT16_TOLERANCE = 2e-2;

  private static Boolean right;
  private static Boolean takesAnyChannels;

  private EngineCheck() {}

  /**
   * Compares small convolutions and their gradients in float32 and in bfloat16 with those in
   * float64, once.
   *
   * @throws IllegalStateException if they differ by more than rounding
   */
  public static synchronized void require() {
    if (right == null) {
      right =
          takesAnyChannels()
              || isRight((x, w, s, groups) -> LinearOperators.convolve(x, w, null, s, 1, groups));
    }
    if (!right) {
      throw new IllegalStateException(
          "The engine's convolutions are wrong on this processor; set ONEDNN_MAX_CPU_ISA=SSE41 in"
              + " the environment and start again.");
    }
  }

  /** Whether the engine is right for every number of channels; found out once. */
  static synchronized boolean takesAnyChannels() {
    if (takesAnyChannels == null) {
      takesAnyChannels =
          isRight((x, w, s, groups) -> LinearOperators.convolveAsGiven(x, w, null, s, 1, groups));
    }
    return takesAnyChannels;
  }

  /**
   * What is checked: a convolution of images and kernels with a stride, groups and one pixel of
   * padding.
   */
  interface Convolve {
    NDArray of(NDArray x, NDArray w, int stride, int groups);
  }

  static boolean isRight(Convolve engine) {
    SplittableRandom random = new SplittableRandom(1);
    for (int[] c : CONVOLUTIONS) {
      for (int batch : new int[] {1, 2, 32}) {
        Shape images = new Shape(batch, c[1], c[4], c[4]);
        Shape kernels = new Shape(c[0], c[1] / c[2], c[3], c[3]);
        try (NDManager manager = Tensors.newProcessorManager()) {
          NDArray x = ofBFloat16(Tensors.gaussian(manager, random, images, DataType.FLOAT32));
          NDArray w = ofBFloat16(Tensors.gaussian(manager, random, kernels, DataType.FLOAT32));
          BinaryOperator<NDArray> given = (v, k) -> engine.of(v, k, c[5], c[2]);
          BinaryOperator<NDArray> channelsLast =
              (v, k) -> engine.of(Tensors.channelsLast(v), k, c[5], c[2]);
          BinaryOperator<NDArray> inHalf =
              (v, k) -> BFloat16.widen(engine.of(BFloat16.of(v), k, c[5], c[2]));
          NDList exact = results(given, inDouble(x), inDouble(w));
          if (!agree(results(given, x, w), exact, TOLERANCE)
              || !agree(results(channelsLast, x, w), exact, TOLERANCE)
              || !agree(results(inHalf, x, w), exact, BFLOAT16_TOLERANCE)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** Rounded to what bfloat16 holds, so that every type can compute with the same numbers. */
  private static NDArray ofBFloat16(NDArray array) {
    return BFloat16.widen(BFloat16.of(array));
  }

  private static NDArray inDouble(NDArray array) {
    return array.toType(DataType.FLOAT64, true);
  }

  /** A convolution y, and the gradients of half its squared length by image and kernels. */
  private static NDList results(BinaryOperator<NDArray> convolve, NDArray x, NDArray w) {
    NDList results = Gradients.pullBack(x, v -> convolve.apply(v, w), y -> y);
    results.add(Gradients.pullBack(w, k -> convolve.apply(x, k), y -> y).get(1));
    return results;
  }

  private static boolean agree(NDList found, NDList exact, double tolerance) {
    for (int i = 0; i < exact.size(); i++) {
      NDArray error = inDouble(found.get(i)).sub(exact.get(i));
      if (!(Tensors.toDouble(error.norm()) < tolerance * Tensors.toDouble(exact.get(i).norm()))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The check as a program: exit code 0 if the engine is right, 3 if it is wrong, and 1 if it does
   * not start.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    try {
      require();
    } catch (IllegalStateException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(WRONG);
    } catch (ExceptionInInitializerError cannotStart) {
      System.err.println(cannotStart.getCause().getMessage());
      System.exit(1);
    }
  }
}
