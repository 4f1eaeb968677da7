package org.lipkit.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lipkit.text.Text;

/**
 * Where a program computes: on the processor, or on a GPU. The variable {@code LIPKIT_DEVICE}, or
 * the system property {@code lipkit.device} before it, decides for the whole program: {@code cpu}
 * or {@code gpu}. It must not change after the first array was made. Certificates are proved on the
 * processor in any case.
 *
 * <p>On a GPU, float32 products and convolutions are taken in float32: TF32, which shortens their
 * operands to 11 bits, is off unless {@code LIPKIT_TF32} is 1.
 */
public final class Devices {

  /** The system property that decides. */
  public static final String PROPERTY = "lipkit.device";

  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

  /** Whether a GPU was looked for and found. */
  private static boolean found;

  private Devices() {}

  private static String asked() {
    String variable = System.getenv("LIPKIT_DEVICE");
    return System.getProperty(PROPERTY, variable == null || variable.isBlank() ? "cpu" : variable);
  }

  /** Whether a setting asks for a GPU. */
  static boolean isGpu(String asked) {
    return switch (asked.strip().toLowerCase(Locale.ROOT)) {
      case "cpu" -> false;
      case "gpu" -> true;
      default ->
          throw new IllegalArgumentException(
              "The device is set to \"" + asked + "\"; set LIPKIT_DEVICE to cpu or gpu.");
    };
  }

  /**
   * Refuses a GPU that cannot be computed on.
   *
   * @param driver whether NVIDIA's driver is loaded
   * @param withoutCuda the version of the engine if it cannot use a GPU, else null
   * @param gpus how many the engine finds
   * @throws IllegalStateException if something is missing, with all of that
   */
  static void requireGpu(boolean driver, String withoutCuda, int gpus) {
    List<String> missing = new ArrayList<>();
    if (!driver) {
      missing.add("NVIDIA's driver is not loaded (" + DRIVER + " is missing)");
    }
    if (withoutCuda != null) {
      missing.add(
          "the engine, PyTorch "
              + withoutCuda
              + ", is built without CUDA (set PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and"
              + " PYTORCH_FLAVOR as the README says)");
    } else if (driver && gpus == 0) {
      missing.add(
          "the engine finds no GPU (the driver may be older than the CUDA library; compare what"
              + " nvidia-smi prints)");
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "A GPU is asked for, but "
              + String.join(", and ", missing)
              + "; mend that, or set LIPKIT_DEVICE=cpu.");
    }
  }

  /**
   * The chosen device.
   *
   * @throws IllegalArgumentException if the setting is none
   * @throws IllegalStateException if a GPU is asked for and there is none
   */
  static Device chosen() {
    if (!isGpu(asked())) {
      return Device.cpu();
    }
    findGpu();
    return Device.gpu();
  }

  private static synchronized void findGpu() {
    if (!found) {
      Engine engine = Engine.getEngine("PyTorch");
      requireGpu(
          Files.exists(DRIVER) || !System.getProperty("os.name").startsWith("Linux"),
          engine.hasCapability("CUDA") ? null : engine.getVersion(),
          engine.getGpuCount());
      Libtorch.allowTf32("1".equals(System.getenv("LIPKIT_TF32")));
      found = true;
    }
  }

  /**
   * The chosen device in words, for records.
   *
   * @return cpu, or for example {@code "gpu, compute capability 9.0, CUDA 12.8, TF32: off"}; the
   *     setting where it cannot be had, and then no array can be made either
   */
  public static String description() {
    try {
      return chosen().isGpu()
          ? Text.of(
              "gpu, compute capability %s, CUDA %s, TF32: %s",
              CudaUtils.getComputeCapability(0), CudaUtils.getCudaVersionString(), Libtorch.tf32())
          : "cpu";
    } catch (IllegalArgumentException | IllegalStateException e) {
      return asked() + ", which cannot be had";
    }
  }
}
