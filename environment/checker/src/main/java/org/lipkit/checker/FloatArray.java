package org.lipkit.checker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * An array of float32 numbers.
 *
 * @param shape the axes' lengths
 * @param values the entries, the last axis fastest
 */
public record FloatArray(int[] shape, float[] values) {

  /** The entries as doubles, a row for each place on the first axis. */
  double[][] rows() {
    int width = values.length / shape[0];
    double[][] rows = new double[shape[0]][width];
    for (int k = 0; k < values.length; k++) {
      rows[k / width][k % width] = values[k];
    }
    return rows;
  }

  /** The entries as doubles. */
  double[] flat() {
    double[] flat = new double[values.length];
    for (int k = 0; k < flat.length; k++) {
      flat[k] = values[k];
    }
    return flat;
  }

  /**
   * A checksum of arrays, the same as the library's: of each in the order of the names, a line with
   * its name and shape, then its entries with the highest byte first.
   *
   * @param arrays by name
   * @return SHA-256 in hexadecimal digits
   */
  static String sha256(SortedMap<String, FloatArray> arrays) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    arrays.forEach(
        (name, array) -> {
          String shape =
              Arrays.stream(array.shape)
                  .mapToObj(String::valueOf)
                  .collect(Collectors.joining(", ", "(", ")"));
          digest.update((name + " " + shape + "\n").getBytes(StandardCharsets.UTF_8));
          ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * array.values.length);
          bytes.asFloatBuffer().put(array.values);
          digest.update(bytes);
        });
    return HexFormat.of().formatHex(digest.digest());
  }
}
