package org.lipkit.tensor;

import ai.djl.engine.Engine;
import com.sun.jna.NativeLibrary;

/**
 * The engine's own warnings on the terminal. Only Python makes libtorch read the environment
 * variable {@code TORCH_CPP_LOG_LEVEL}; without it, some processors get a line for every
 * convolution that says that NNPACK does not know them.
 */
final class EngineLog {

  private EngineLog() {}

  /** Makes the engine read {@code TORCH_CPP_LOG_LEVEL}, where its library can be reached. */
  static void readEnvironment() {
    Engine.getEngine("PyTorch");
    try {
      // void c10::initLogging()
      NativeLibrary.getInstance("c10")
          .getFunction("_ZN3c1011initLoggingEv")
          .invokeVoid(new Object[0]);
    } catch (UnsatisfiedLinkError e) {
      // Its warnings show.
    }
  }
}
