package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Checks that the engine computes convolutions correctly on this processor. oneDNN 3.7.1 was seen
 * to read memory that was never written on a virtual machine with AVX-512: forward and backward,
 * where the number of channels is no multiple of a vector's length. With {@code
 * ONEDNN_MAX_CPU_ISA=SSE41} in the environment it computes correctly there.
 */
public final class EngineCheck {

  /** Output channels, input channels, side of the kernel, side of the image, stride. */
  private static final int[][] CONVOLUTIONS = {
    {6, 40, 3, 6, 1},
    {6, 20, 4, 8, 2},
    {8, 6, 3, 5, 1},
    {12, 12, 3, 8, 1},
    {4, 4, 3, 8, 1},
    {4, 1, 3, 8, 1},
    {24, 24, 3, 5, 1}
  };

  private static final double TOLERANCE = 1e-4;

  private static Boolean right;

  private EngineCheck() {}

  /**
   * Compares small convolutions and their gradients in float32 with those in float64, once.
   *
   * @throws IllegalStateException if they differ by more than rounding
   */
  public static synchronized void require() {
    if (right == null) {
      right =
          Tensors.scoped(
              () -> isRight((x, w, stride) -> LinearOperators.convolve(x, w, null, stride, 1, 1)));
    }
    if (!right) {
      throw new IllegalStateException(
          "The engine's convolutions are wrong on this processor; set ONEDNN_MAX_CPU_ISA=SSE41 in"
              + " the environment and start again.");
    }
  }

  /**
   * What is checked: a convolution of images and kernels with a stride and one pixel of padding.
   */
  interface Convolve {
    NDArray of(NDArray x, NDArray w, int stride);
  }

  static boolean isRight(Convolve engine) {
    try (NDManager manager = Tensors.newProcessorManager()) {
      SplittableRandom random = new SplittableRandom(1);
      for (int[] c : CONVOLUTIONS) {
        for (int batch : new int[] {1, 2, 32}) {
          NDArray x =
              Tensors.gaussian(
                  manager, random, new Shape(batch, c[1], c[3], c[3]), DataType.FLOAT64);
          NDArray w =
              Tensors.gaussian(
                  manager, random, new Shape(c[0], c[1], c[2], c[2]), DataType.FLOAT64);
          NDList exact = results(engine, x, w, c[4]);
          NDList found =
              results(
                  engine, x.toType(DataType.FLOAT32, true), w.toType(DataType.FLOAT32, true), c[4]);
          for (int i = 0; i < exact.size(); i++) {
            NDArray error = found.get(i).toType(DataType.FLOAT64, true).sub(exact.get(i));
            double share = Tensors.toDouble(error.norm()) / Tensors.toDouble(exact.get(i).norm());
            if (!(share < TOLERANCE)) {
              return false;
            }
          }
        }
      }
      return true;
    }
  }

  /** A convolution's squared length, and its gradients by image and kernels. */
  private static NDList results(Convolve engine, NDArray x, NDArray w, int stride) {
    x.setRequiresGradient(true);
    w.setRequiresGradient(true);
    return Gradients.of(List.of(x, w), () -> engine.of(x, w, stride).square().sum());
  }

  /**
   * The check as a program: exit code 0 if the engine is right, 1 if it is wrong.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    try {
      require();
    } catch (IllegalStateException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(1);
    }
  }
}
