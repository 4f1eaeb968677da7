package org.lipkit.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Named arrays in NumPy's {@code .npz} format, bit for bit. */
public final class Npz {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  /** The time in every file, so that equal arrays make equal files. */
  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Npz() {}

  /**
   * Writes the arrays so that the file either appears whole or not at all. Equal arrays give equal
   * files, byte for byte.
   *
   * @param file where to write; its folder is created
   * @param arrays the arrays by name
   * @throws UncheckedIOException if it cannot be written; what was there before stays
   */
  public static void save(Path file, Map<String, NDArray> arrays) {
    WholeFile.write(
        file,
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, NDArray> array : arrays.entrySet()) {
              ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
              entry.setTimeLocal(EPOCH);
              zip.putNextEntry(entry);
              write(array.getValue(), zip);
            }
          }
        });
  }

  /** An array as {@code .npy}, version 1: the header is padded to a multiple of 64 bytes. */
  private static void write(NDArray array, OutputStream out) throws IOException {
    String shape =
        LongStream.of(array.getShape().getShape())
            .mapToObj(length -> length + ",")
            .collect(Collectors.joining(" "));
    String header =
        String.format(
            Locale.ROOT,
            "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
            array.getDataType().asNumpy(),
            shape);
    int padding = 63 - (MAGIC.length + 2 + header.length()) % 64;
    byte[] line = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    out.write(MAGIC);
    out.write(line.length & 0xff);
    out.write(line.length >> 8);
    out.write(line);
    out.write(array.toByteArray());
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
