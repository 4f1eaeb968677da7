package org.lipkit.checker;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads the float32 arrays of an {@code .npz} file: a zip archive of {@code .npy} files. */
public final class NpzReader {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** No array of a model that the checker knows comes near. */
  private static final long MOST_BYTES = 1L << 30;

  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '<f4', 'fortran_order': False, 'shape': \\(((?:[0-9]{1,9}, ?)*(?:[0-9]{1,9})?)\\),? *\\}\\s*");

  private NpzReader() {}

  /**
   * Reads all arrays.
   *
   * @param file the file
   * @return the arrays in the order of their names
   * @throws IllegalArgumentException if the file is missing, damaged or holds other arrays than
   *     little-endian float32 ones in C order
   */
  public static SortedMap<String, FloatArray> read(Path file) {
    SortedMap<String, FloatArray> arrays = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        try (InputStream in = zip.getInputStream(entry)) {
          byte[] bytes = in.readNBytes((int) MOST_BYTES);
          String name = entry.getName().replaceFirst("\\.npy$", "");
          if (arrays.put(name, parse(bytes)) != null) {
            throw new IOException("it has two arrays " + name);
          }
        } catch (IllegalArgumentException e) {
          throw new IOException("the array " + entry.getName() + " " + e.getMessage(), e);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " cannot be read as float32 arrays in an .npz file: " + e.getMessage(), e);
    }
    return arrays;
  }

  /** Six bytes of magic, the version, the header's length and text, then the numbers. */
  private static FloatArray parse(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 12 || !Arrays.equals(bytes, 0, 6, MAGIC, 0, 6)) {
      throw new IllegalArgumentException("does not begin as an .npy file");
    }
    boolean first = buffer.get(6) == 1;
    long length = first ? buffer.getShort(8) & 0xffff : buffer.getInt(8) & 0xffffffffL;
    int start = first ? 10 : 12;
    if (length > bytes.length - start) {
      throw new IllegalArgumentException("ends within its header");
    }
    String header = new String(bytes, start, (int) length, StandardCharsets.ISO_8859_1);
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("is not of little-endian float32 numbers in C order");
    }
    BigInteger entries = BigInteger.ONE;
    List<BigInteger> axes = new ArrayList<>();
    for (String axis : matcher.group(1).split(",")) {
      if (!axis.isBlank()) {
        axes.add(new BigInteger(axis.strip()));
        entries = entries.multiply(axes.get(axes.size() - 1));
      }
    }
    buffer.position(start + (int) length);
    if (!entries.equals(BigInteger.valueOf(buffer.remaining() / Float.BYTES))
        || buffer.remaining() % Float.BYTES != 0) {
      throw new IllegalArgumentException("has more or fewer numbers than its shape says");
    }
    float[] values = new float[entries.intValue()];
    buffer.asFloatBuffer().get(values);
    return new FloatArray(axes.stream().mapToInt(BigInteger::intValueExact).toArray(), values);
  }
}
