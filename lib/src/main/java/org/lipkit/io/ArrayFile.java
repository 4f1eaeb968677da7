package org.lipkit.io;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lipkit.text.Given;

/**
 * A file of named arrays: {@code .npz} of NumPy, {@code .safetensors}, or a state dict that {@code
 * torch.save} wrote ({@code .pth} or {@code .pt}). What it is shows in its content, not in its
 * name. Arrays are read one by one, when they are asked for; nothing in a file is ever executed.
 */
public final class ArrayFile implements AutoCloseable {

  private final Path file;
  private final Closeable source;
  private final Map<String, StoredArray> arrays;

  /** What a format gives: its arrays by name, and what to close when they have been read. */
  record Opened(Map<String, StoredArray> arrays, Closeable source) {}

  private ArrayFile(Path file, Opened opened) {
    this.file = file;
    this.source = opened.source;
    this.arrays = opened.arrays;
  }

  /**
   * Opens a file.
   *
   * @param file the file
   * @return the file, to be closed
   * @throws IllegalArgumentException if it is missing, damaged or of another format
   */
  public static ArrayFile open(Path file) {
    if (!Files.isRegularFile(Given.notNull("The file", file))) {
      throw new IllegalArgumentException("There is no file " + file + "; check the path.");
    }
    try {
      return new ArrayFile(file, opened(file));
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new IllegalArgumentException(
          file
              + " is not a whole .npz, .safetensors or .pth file"
              + (e instanceof IllegalArgumentException ? ": " + e.getMessage() : "")
              + "; delete it and write or fetch it again.",
          e);
    }
  }

  /**
   * Writes arrays in the format of the file's ending, so that the file appears whole or not at all.
   * Equal arrays give equal files, byte for byte.
   *
   * @param file a {@code .npz} or {@code .safetensors} file; its folder is created
   * @param arrays the arrays by name
   * @throws IllegalArgumentException if the file has another ending
   * @throws UncheckedIOException if it cannot be written; what was there before stays
   */
  public static void save(Path file, Map<String, NDArray> arrays) {
    String name = String.valueOf(Given.notNull("The file", file).getFileName());
    if (name.endsWith(".npz")) {
      Npz.save(file, arrays);
    } else if (name.endsWith(".safetensors")) {
      Safetensors.save(file, arrays);
    } else {
      throw new IllegalArgumentException(
          "Weights are saved as .npz or as .safetensors; give " + file + " one of these endings.");
    }
  }

  private static Opened opened(Path file) throws IOException {
    byte[] first = new byte[2];
    try (InputStream in = Files.newInputStream(file)) {
      in.readNBytes(first, 0, 2);
    }
    if (first[0] == (byte) 0x80) {
      throw new IllegalArgumentException(
          "it has the old format of PyTorch; load it there and torch.save it again");
    }
    if (first[0] != 'P' || first[1] != 'K') {
      return Safetensors.open(file);
    }
    Archive archive = new Archive(file);
    try {
      Map<String, StoredArray> arrays =
          archive.names().stream().anyMatch(name -> name.endsWith("/data.pkl"))
              ? StateDict.arrays(archive)
              : Npz.arrays(archive);
      return new Opened(arrays, archive);
    } catch (IOException | RuntimeException | Error e) {
      archive.close();
      throw e;
    }
  }

  /**
   * The file.
   *
   * @return its path
   */
  public Path file() {
    return file;
  }

  /**
   * The arrays' names.
   *
   * @return in the file's order where it has one
   */
  public Set<String> names() {
    return arrays.keySet();
  }

  /**
   * Reads an array.
   *
   * @param manager the array's manager
   * @param name its name
   * @return the array
   * @throws IllegalArgumentException if it is absent, damaged or not of float32, float64, int32,
   *     int64 or uint8
   */
  public NDArray read(NDManager manager, String name) {
    StoredArray array = stored(name);
    try {
      return array.read(manager);
    } catch (IOException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          file + ": array " + name + " is damaged; delete the file and write or fetch it again.",
          e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": array " + name + ": " + e.getMessage() + ".", e);
    }
  }

  private StoredArray stored(String name) {
    StoredArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          file + " has no array " + name + "; it was saved from another model or is incomplete.");
    }
    return array;
  }

  /**
   * Reads an array that must look like another one; nothing is read unless it does.
   *
   * @param manager the array's manager
   * @param name the array to take
   * @param like the array whose shape and type it must have
   * @return the array
   * @throws IllegalArgumentException if it is absent or has another shape or type
   */
  public NDArray take(NDManager manager, String name, NDArray like) {
    StoredArray array = stored(name);
    String type = like.getDataType().name().toLowerCase(Locale.ROOT);
    if (!array.shape().equals(like.getShape()) || !array.type().equals(type)) {
      throw Given.refused(
          "%s: array %s is %s %s but the model needs %s %s; load it into the model that saved"
              + " it.",
          file, name, array.type(), array.shape(), type, like.getShape());
    }
    return read(manager, name);
  }

  @Override
  public void close() {
    try {
      source.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
