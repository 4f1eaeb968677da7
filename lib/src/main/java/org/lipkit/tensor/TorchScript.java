package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A function written in TorchScript, compiled by the engine from its text: the way to every engine
 * operator that {@link NDArray} does not offer, with autograd intact.
 *
 * <p>The text is packed, in memory, into the archive that the engine loads as a module; nothing
 * touches the disk and no Python runs. Equal texts share one compiled function.
 */
final class TorchScript {

  /** Ends the name of an argument that is a list, for the engine too. */
  private static final String LIST = "[]";

  private static final Map<String, TorchScript> COMPILED = new ConcurrentHashMap<>();

  private final PtSymbolBlock module;
  private final List<String> arguments;

  private TorchScript(List<String> arguments, String source) {
    this.arguments = arguments;
    PtNDManager root = (PtNDManager) Tensors.newProcessorManager();
    try {
      module = JniUtils.loadModule(root, new ByteArrayInputStream(archive(source)), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The function {@code def forward(self, arguments) -> Tensor: ...; return expression}.
   *
   * @param arguments the tensors' names, separated by commas, for example {@code "x, w"}; one that
   *     ends in [] is a list of tensors
   * @param lines TorchScript statements over them, then the expression to return
   * @return the compiled function
   */
  static TorchScript of(String arguments, String... lines) {
    List<String> names = Arrays.stream(arguments.split(",")).map(String::strip).toList();
    StringBuilder source = new StringBuilder("  def forward(self: __torch__.Function");
    for (String name : names) {
      source.append(", ").append(name.replace(LIST, ""));
      source.append(name.endsWith(LIST) ? ": List[Tensor]" : ": Tensor");
    }
    source.append(") -> Tensor:\n");
    for (int i = 0; i < lines.length; i++) {
      source.append(i < lines.length - 1 ? "    " : "    return ").append(lines[i]).append('\n');
    }
    return COMPILED.computeIfAbsent(source.toString(), text -> new TorchScript(names, text));
  }

  /**
   * Runs the function; gradients flow through it unless they are switched off around the call.
   *
   * @param inputs the arguments in order; the result joins the manager of the first
   * @return the result
   */
  NDArray call(NDArray... inputs) {
    return call(Arrays.stream(inputs).map(NDList::new).toArray(NDList[]::new));
  }

  /**
   * Runs a function that takes lists.
   *
   * @param inputs the arguments in order, a single tensor as a list of one; the result joins the
   *     manager of the first
   * @return the result
   */
  NDArray call(NDList... inputs) {
    NDList all = new NDList();
    List<String> names = new ArrayList<>();
    try {
      for (int i = 0; i < inputs.length; i++) {
        // The engine reads meaning into an argument's name, so a parameter's own must not show.
        String name = arguments.get(i).endsWith(LIST) ? arguments.get(i) : null;
        for (NDArray input : inputs[i]) {
          all.add(input);
          names.add(input.getName());
          input.setName(name);
        }
      }
      return IValueUtils.forward(module, all, true).singletonOrThrow();
    } finally {
      // Backwards, so that an array which came twice ends with the name that it came with.
      for (int i = all.size() - 1; i >= 0; i--) {
        all.get(i).setName(names.get(i));
      }
    }
  }

  private static byte[] archive(String methods) throws IOException {
    String code =
        "class Function(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
            + methods;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "f/data.pkl", modulePickle());
      store(zip, "f/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "f/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "f/version", "3\n".getBytes(StandardCharsets.UTF_8));
      store(zip, "f/byteorder", "little".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** The pickle of an instance of class Function whose only attribute is training = True. */
  private static byte[] modulePickle() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2, 'c'});
    pickle.writeBytes("__torch__\nFunction\n".getBytes(StandardCharsets.UTF_8));
    pickle.writeBytes(new byte[] {'q', 0, ')', (byte) 0x81, '}', '(', 'X', 8, 0, 0, 0});
    pickle.writeBytes("training".getBytes(StandardCharsets.UTF_8));
    pickle.writeBytes(new byte[] {'q', 1, (byte) 0x88, 'u', 'b', 'q', 2, '.'});
    return pickle.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
