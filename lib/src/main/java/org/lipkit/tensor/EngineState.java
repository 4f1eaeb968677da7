package org.lipkit.tensor;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.io.Serializable;
import org.lipkit.text.Text;

/**
 * The engine and those of its settings on which its results depend. A setting that cannot be read
 * on this system is "unknown".
 *
 * @param version for example {@code "PyTorch 2.7.1"}
 * @param threads how many threads it computes with
 * @param instructions the instruction set of its kernels, and the one that oneDNN is limited to if
 *     the environment limits it
 * @param oneDnn whether convolutions may go to oneDNN: on or off
 * @param matmulPrecision how exactly matrix products in float32 are taken: highest, high or medium
 */
public record EngineState(
    String version, int threads, String instructions, String oneDnn, String matmulPrecision)
    implements Serializable {

  private static final String ONEDNN_LIMIT = "ONEDNN_MAX_CPU_ISA";

  /**
   * The engine as it is now.
   *
   * @return its state
   */
  public static EngineState now() {
    Engine engine = Engine.getEngine("PyTorch");
    String limit = System.getenv(ONEDNN_LIMIT);
    return new EngineState(
        engine.getEngineName() + " " + engine.getVersion(),
        JniUtils.getNumThreads(),
        Libtorch.instructions() + (limit == null ? "" : " (oneDNN: at most " + limit + ")"),
        Libtorch.oneDnn(),
        Libtorch.matmulPrecision());
  }

  /**
   * The state in words, for records and messages.
   *
   * @return for example {@code "PyTorch 2.7.1, threads: 2, instructions: AVX2, oneDNN: on, float32
   *     products: highest"}
   */
  @Override
  public String toString() {
    return Text.of(
        "%s, threads: %d, instructions: %s, oneDNN: %s, float32 products: %s",
        version, threads, instructions, oneDnn, matmulPrecision);
  }
}
