package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Map;
import org.lipkit.text.Given;
import org.lipkit.text.Text;

/** Refuses arithmetic other than IEEE float32 where every rounding is to be counted. */
public final class Precision {

  /** Variables that can ask for less than float32, with the value that does not. */
  private static final Map<String, String> FULL =
      Map.of(
          "ONEDNN_DEFAULT_FPMATH_MODE", "strict",
          "DNNL_DEFAULT_FPMATH_MODE", "strict",
          "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "0",
          "NVIDIA_TF32_OVERRIDE", "0");

  /** {@code x y + z}, each a rounding or an underflow that only IEEE's default gets right. */
  private static final float[] X = {
    1, 1, Float.MIN_NORMAL, Float.MIN_NORMAL / 2, 1.5f * Float.MIN_NORMAL
  };

  private static final float[] Y = {1, 1, 0.5f, 2, 1};
  private static final float[] Z = {0x1.8p-24f, 0x0.8p-24f, 0, 0, -Float.MIN_NORMAL};
  private static final float[] RESULTS = {
    1 + 0x1p-23f, 1, Float.MIN_NORMAL / 2, Float.MIN_NORMAL, Float.MIN_NORMAL / 2
  };

  /** So many entries keep one thread of the engine busy with one operator. */
  private static final int SHARE_OF_A_THREAD = 1 << 13;

  private Precision() {}

  /**
   * Checks that nobody asks the engine for less than float32.
   *
   * @param environment the process's environment variables
   * @throws IllegalStateException if a variable switches TF32, bfloat16 or float16 on
   */
  public static void requireFull(Map<String, String> environment) {
    FULL.forEach(
        (name, full) -> {
          String mode = environment.getOrDefault(name, full);
          if (!mode.equalsIgnoreCase(full)) {
            throw new IllegalStateException(
                Text.of(
                    "The environment variable %s is %s, which asks for reduced precision; a sound"
                        + " certificate needs float32 throughout: unset it and start again.",
                    name, mode));
          }
        });
  }

  /**
   * Checks that the engine is not set to less than float32.
   *
   * @param engine its state
   * @throws IllegalStateException if it may shorten the operands of float32 products
   */
  public static void requireFull(EngineState engine) {
    String precision = engine.matmulPrecision();
    if (!precision.equals("highest") && !precision.equals(Libtorch.UNKNOWN)) {
      throw new IllegalStateException(
          "The engine's float32 matmul precision is "
              + precision
              + ", which may shorten operands; a sound certificate needs float32 throughout: set it"
              + " back to highest.");
    }
  }

  /**
   * Checks that all threads of the engine, the calling one among them, round to the nearest number
   * and keep subnormal numbers.
   *
   * @throws IllegalStateException if one does not
   */
  public static void requireNearestAndSubnormal() {
    int copies = EngineState.now().threads() * SHARE_OF_A_THREAD;
    try (NDManager manager = Tensors.newProcessorManager()) {
      float[] results =
          manager
              .create(X)
              .tile(copies)
              .muli(manager.create(Y).tile(copies))
              .addi(manager.create(Z).tile(copies))
              .toFloatArray();
      for (int i = 0; i < results.length; i++) {
        if (Float.floatToRawIntBits(results[i])
            != Float.floatToRawIntBits(RESULTS[i % RESULTS.length])) {
          throw new IllegalStateException(
              "A thread of the engine does not round to nearest or takes subnormal numbers as 0;"
                  + " set the processor's rounding mode and flush-to-zero back and start again.");
        }
      }
    }
  }

  /**
   * Checks that an array is one that arithmetic on the processor in float32 will be done with.
   *
   * @param owner whose array it is, for the message
   * @param array the array
   * @throws IllegalArgumentException if it is of another type or lies on an accelerator, whose
   *     libraries choose TF32, Winograd and Fourier algorithms on their own
   */
  public static void requireFloat32(String owner, NDArray array) {
    if (array.getDataType() != DataType.FLOAT32) {
      throw Given.refused(
          "%s computes in %s; sound certificates exist for FLOAT32: initialise the classifier"
              + " with that type.",
          owner, array.getDataType());
    }
    if (array.getDevice().isGpu()) {
      throw new IllegalArgumentException(
          owner
              + " lies on an accelerator, whose libraries may use TF32 or Winograd convolutions;"
              + " move the classifier to the processor to certify it.");
    }
  }
}
