package org.lipkit.tensor;

import ai.djl.engine.Engine;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Questions to the engine that the array library and TorchScript have no function for. They are
 * asked by the names of its C++ functions on Linux; where a name is not found, the answer is {@link
 * #UNKNOWN}.
 */
final class Libtorch {

  static final String UNKNOWN = "unknown";

  private static final String[] PRECISIONS = {"highest", "high", "medium"};

  private Libtorch() {}

  /** A {@code std::string} of at most 15 characters, as the GNU library lays it out. */
  @Structure.FieldOrder({"data", "length", "characters"})
  public static final class ShortText extends Structure implements Structure.ByValue {
    /** Where its characters are. */
    public Pointer data;

    /** How many there are. */
    public NativeLong length;

    /** The characters themselves. */
    public byte[] characters = new byte[16];
  }

  /**
   * Makes the engine read {@code TORCH_CPP_LOG_LEVEL}, where its library can be reached; else only
   * Python does. Without it, some processors get a line for every convolution that says that NNPACK
   * does not know them.
   */
  static void readLogLevel() {
    Engine.getEngine("PyTorch");
    answer(
        () -> {
          // void c10::initLogging()
          NativeLibrary.getInstance("c10")
              .getFunction("_ZN3c1011initLoggingEv")
              .invokeVoid(new Object[0]);
          return "";
        });
  }

  /** The instruction set of the engine's own kernels, for example AVX2. */
  static String instructions() {
    return answer(
        () -> {
          // std::string at::get_cpu_capability()
          ShortText text =
              (ShortText)
                  library()
                      .getFunction("_ZN2at18get_cpu_capabilityB5cxx11Ev")
                      .invoke(ShortText.class, new Object[0]);
          int length = text.length.intValue();
          return length < text.characters.length
              ? new String(text.characters, 0, length, StandardCharsets.US_ASCII)
              : UNKNOWN;
        });
  }

  /** Whether convolutions and products may go to oneDNN: on or off. */
  static String oneDnn() {
    // bool at::Context::userEnabledMkldnn() const
    return answer(() -> (ask("_ZNK2at7Context17userEnabledMkldnnEv") & 0xff) != 0 ? "on" : "off");
  }

  /** How exactly matrix products in float32 are taken: highest, high or medium. */
  static String matmulPrecision() {
    // at::Float32MatmulPrecision at::Context::float32MatmulPrecision() const
    return answer(() -> PRECISIONS[ask("_ZNK2at7Context22float32MatmulPrecisionEv") & 0xff]);
  }

  /** Lets products and convolutions on a GPU shorten the operands of float32 to TF32, or not. */
  static void allowTf32(boolean allowed) {
    // void at::Context::setAllowTF32CuDNN(bool), and CuBLAS
    for (String library : new String[] {"17setAllowTF32CuDNNEb", "18setAllowTF32CuBLASEb"}) {
      answer(
          () -> {
            library()
                .getFunction("_ZN2at7Context" + library)
                .invokeVoid(new Object[] {context(), allowed});
            return "";
          });
    }
  }

  /** Whether products or convolutions on a GPU may shorten float32 to TF32: on or off. */
  static String tf32() {
    // bool at::Context::allowTF32CuDNN() const, and CuBLAS
    return answer(
        () -> {
          int convolutions = ask("_ZNK2at7Context14allowTF32CuDNNEv");
          int products = ask("_ZNK2at7Context15allowTF32CuBLASEv");
          return ((convolutions | products) & 0xff) != 0 ? "on" : "off";
        });
  }

  private static int ask(String question) {
    return library().getFunction(question).invokeInt(new Object[] {context()});
  }

  private static Pointer context() {
    // at::Context& at::globalContext()
    return library().getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0]);
  }

  private static NativeLibrary library() {
    return NativeLibrary.getInstance("torch_cpu");
  }

  private static String answer(Supplier<String> question) {
    try {
      return question.get();
    } catch (UnsatisfiedLinkError missing) {
      return UNKNOWN;
    }
  }
}
