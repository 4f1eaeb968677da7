package org.lipkit.checker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads the float32 arrays of an {@code .npz} file: a zip archive of {@code .npy} files. */
public final class NpzReader {

  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '<f4', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\),? *\\}\\s*");

  private NpzReader() {}

  /**
   * Reads all arrays.
   *
   * @param file the file
   * @return the arrays by name
   * @throws IllegalArgumentException if the file is missing, damaged or holds other arrays than
   *     little-endian float32 ones in C order
   */
  public static Map<String, FloatArray> read(Path file) {
    Map<String, FloatArray> arrays = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        try (InputStream in = zip.getInputStream(entry)) {
          arrays.put(entry.getName().replaceFirst("\\.npy$", ""), parse(in.readAllBytes()));
        }
      }
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          file + " cannot be read as float32 arrays in an .npz file: " + e.getMessage(), e);
    }
    return arrays;
  }

  /** Six bytes of magic, the version, the header's length and text, then the numbers. */
  private static FloatArray parse(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    boolean first = buffer.get(6) == 1;
    int length = first ? buffer.getShort(8) & 0xffff : buffer.getInt(8);
    int start = first ? 10 : 12;
    String header = new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("an array has the header " + header.strip());
    }
    int[] shape =
        Arrays.stream(matcher.group(1).split(","))
            .map(String::strip)
            .filter(axis -> !axis.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    buffer.position(start + length);
    if (buffer.remaining() != 4L * values.length) {
      throw new IllegalArgumentException("an array has more or fewer numbers than its shape says");
    }
    buffer.asFloatBuffer().get(values);
    return new FloatArray(shape, values);
  }
}
