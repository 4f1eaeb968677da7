package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Locale;
import java.util.Map;

/** Refuses reduced precision where every rounding is to be counted. */
public final class Precision {

  private static final String[] FAST_MATH = {
    "ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE"
  };
  private static final String[] TF32 = {"TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "NVIDIA_TF32_OVERRIDE"};

  private Precision() {}

  /**
   * Checks that nobody asks the engine for less than float32.
   *
   * @param environment the process's environment variables
   * @throws IllegalStateException if a variable switches TF32, bfloat16 or float16 on
   */
  public static void requireFull(Map<String, String> environment) {
    for (String name : FAST_MATH) {
      String mode = environment.getOrDefault(name, "strict");
      if (!mode.toLowerCase(Locale.ROOT).equals("strict")) {
        throw refused(name, mode);
      }
    }
    for (String name : TF32) {
      String mode = environment.getOrDefault(name, "0");
      if (!mode.equals("0")) {
        throw refused(name, mode);
      }
    }
  }

  private static IllegalStateException refused(String name, String mode) {
    return new IllegalStateException(
        "The environment variable "
            + name
            + " is "
            + mode
            + ", which asks for reduced precision; a sound certificate needs float32 throughout:"
            + " unset it and start again.");
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
      throw new IllegalArgumentException(
          String.format(
              "%s computes in %s; sound certificates exist for FLOAT32: initialise the classifier"
                  + " with that type.",
              owner, array.getDataType()));
    }
    if (array.getDevice().isGpu()) {
      throw new IllegalArgumentException(
          owner
              + " lies on an accelerator, whose libraries may use TF32 or Winograd convolutions;"
              + " move the classifier to the processor to certify it.");
    }
  }
}
