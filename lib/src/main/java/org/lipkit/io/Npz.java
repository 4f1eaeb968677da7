package org.lipkit.io;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.lipkit.tensor.WholeFile;
import org.lipkit.text.Text;

/** Named arrays in NumPy's {@code .npz} format, bit for bit. */
public final class Npz {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final byte[] VERSION = {1, 0};
  private static final int LAST_VERSION = 3;
  private static final int VERSION_AT = 6;
  private static final int LENGTH_AT = 8;
  private static final int LONGEST_HEADER = 10_000;
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([<>|=][a-z]\\d+)', 'fortran_order': (True|False), 'shape': \\(([\\d, ]*)\\),?"
              + " ?\\}\\s*");
  private static final Map<String, String> TYPES =
      Map.of(
          "f4", "float32", "f8", "float64", "i4", "int32", "i8", "int64", "u1", "uint8", "f2",
          "float16");

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
        Text.of(
            "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
            array.getDataType().asNumpy(), shape);
    int padding = 63 - (LENGTH_AT + 2 + header.length()) % 64;
    byte[] line = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    out.write(MAGIC);
    out.write(VERSION);
    out.write(line.length & 0xff);
    out.write(line.length >> 8);
    out.write(line);
    out.write(array.toByteArray());
  }

  /** The arrays of an archive, in its order. */
  static Map<String, StoredArray> arrays(Archive archive) throws IOException {
    Map<String, StoredArray> arrays = new LinkedHashMap<>();
    for (String entry : archive.names()) {
      String name = entry.replaceFirst("\\.npy$", "");
      if (arrays.put(name, array(archive, entry)) != null) {
        throw new IllegalArgumentException("it has two arrays " + name);
      }
    }
    return arrays;
  }

  private static StoredArray array(Archive archive, String entry) throws IOException {
    byte[] header;
    try (InputStream in = archive.open(entry)) {
      byte[] start = in.readNBytes(LENGTH_AT);
      if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
        throw new IOException(entry + " is no array");
      }
      if (start[VERSION_AT] < 1 || start[VERSION_AT] > LAST_VERSION) {
        throw new IllegalArgumentException(
            entry
                + " is of version "
                + start[VERSION_AT]
                + " of NumPy's format, which is not known");
      }
      int bytes = start[VERSION_AT] == 1 ? Short.BYTES : Integer.BYTES;
      ByteBuffer length = ByteBuffer.wrap(in.readNBytes(bytes)).order(ByteOrder.LITTLE_ENDIAN);
      int named = bytes == Short.BYTES ? length.getShort() & 0xffff : length.getInt();
      if (named < 0 || named > LONGEST_HEADER) {
        throw new IllegalArgumentException(entry + " has a header of " + named + " bytes");
      }
      byte[] text = in.readNBytes(named);
      header = Arrays.copyOf(text, named);
      return array(archive, entry, header, LENGTH_AT + bytes + named);
    }
  }

  private static StoredArray array(Archive archive, String entry, byte[] header, int start) {
    Matcher found = HEADER.matcher(new String(header, StandardCharsets.US_ASCII));
    if (!found.matches()) {
      throw new IllegalArgumentException(entry + " has a header that is not understood");
    }
    if (found.group(2).equals("True")) {
      throw new IllegalArgumentException(
          entry + " lies column by column; save numpy.ascontiguousarray of it");
    }
    if (found.group(1).startsWith(">")) {
      throw new IllegalArgumentException(
          entry + " has its big end first; save it in little-endian order");
    }
    long[] shape =
        Arrays.stream(found.group(3).split(","))
            .filter(axis -> !axis.isBlank())
            .mapToLong(axis -> Long.parseLong(axis.strip()))
            .toArray();
    return new StoredArray(
        TYPES.getOrDefault(found.group(1).substring(1), found.group(1)),
        new Shape(shape),
        length -> {
          byte[] all = archive.whole(entry, (long) start + length);
          return Arrays.copyOfRange(all, start, all.length);
        });
  }
}
