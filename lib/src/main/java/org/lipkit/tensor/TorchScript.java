package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

  private static final Map<String, TorchScript> COMPILED = new ConcurrentHashMap<>();

  private final PtSymbolBlock module;

  private TorchScript(String source) {
    PtNDManager root = (PtNDManager) NDManager.newBaseManager(null, "PyTorch");
    try {
      module = JniUtils.loadModule(root, new ByteArrayInputStream(archive(source)), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The function {@code def forward(self, arguments) -> Tensor: return expression}.
   *
   * @param arguments the tensors' names, separated by commas, for example {@code "x, w"}
   * @param expression a TorchScript expression over them
   * @return the compiled function
   */
  static TorchScript of(String arguments, String expression) {
    StringBuilder source = new StringBuilder("  def forward(self: __torch__.Function");
    for (String argument : arguments.split(",")) {
      source.append(", ").append(argument.strip()).append(": Tensor");
    }
    source.append(") -> Tensor:\n    return ").append(expression).append('\n');
    return COMPILED.computeIfAbsent(source.toString(), TorchScript::new);
  }

  /**
   * Runs the function; gradients flow through it unless they are switched off around the call.
   *
   * @param inputs the arguments in order; the result joins the manager of the first
   * @return the result
   */
  NDArray call(NDArray... inputs) {
    // The engine reads meaning into an argument's name, so a parameter's own name must not show.
    String[] names = Arrays.stream(inputs).map(NDArray::getName).toArray(String[]::new);
    for (NDArray input : inputs) {
      input.setName(null);
    }
    try {
      return IValueUtils.forward(module, new NDList(inputs), true).singletonOrThrow();
    } finally {
      for (int i = 0; i < inputs.length; i++) {
        inputs[i].setName(names[i]);
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
