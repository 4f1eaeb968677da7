package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipFile;

/** Named arrays in NumPy's {@code .npz} format, bit for bit. */
public final class Npz {

  private Npz() {}

  /**
   * Writes the arrays so that the file either appears whole or not at all.
   *
   * @param file where to write; its folder is created
   * @param arrays the arrays by name
   * @throws UncheckedIOException if it cannot be written; what was there before stays
   */
  public static void save(Path file, Map<String, NDArray> arrays) {
    NDList list = new NDList();
    arrays.forEach(
        (name, array) -> {
          NDArray copy = array.duplicate();
          copy.setName(name);
          list.add(copy);
        });
    try (list) {
      WholeFile.write(file, out -> list.encode(out, NDList.Encoding.NPZ));
    }
  }

  /**
   * Reads all arrays of a file.
   *
   * @param manager the arrays' manager
   * @param file the file
   * @return the arrays by name, in the file's order
   * @throws IllegalArgumentException if the file is missing, truncated or of another format
   */
  public static Map<String, NDArray> load(NDManager manager, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("There is no file " + file + "; check the path.");
    }
    try (InputStream in = Files.newInputStream(file)) {
      requireDirectory(file);
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      for (NDArray array : NDList.decode(manager, in)) {
        arrays.put(array.getName(), array);
      }
      return arrays;
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          file + " is not a whole .npz file; delete it and write or fetch it again.", e);
    }
  }

  /**
   * An archive's directory stands last: reading it finds a file that was cut between two arrays.
   */
  private static void requireDirectory(Path archive) throws IOException {
    new ZipFile(archive.toFile()).close();
  }

  /**
   * Takes one array out of those read, checked against what is expected.
   *
   * @param arrays what {@link #load} returned
   * @param name the array to take
   * @param like the array whose shape and type it must have
   * @param file the file, for the message
   * @return the array
   * @throws IllegalArgumentException if it is absent or has another shape or type
   */
  public static NDArray take(Map<String, NDArray> arrays, String name, NDArray like, Path file) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          file + " has no array " + name + "; it was saved from another model or is incomplete.");
    }
    if (!array.getShape().equals(like.getShape()) || array.getDataType() != like.getDataType()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: array %s is %s %s but the model needs %s %s; load it into the model that saved"
                  + " it.",
              file,
              name,
              array.getDataType(),
              array.getShape(),
              like.getDataType(),
              like.getShape()));
    }
    return array;
  }
}
