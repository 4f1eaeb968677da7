package org.lipkit.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.lipkit.tensor.Digests;

/** Checksums as lower-case hexadecimal text. */
public final class Checksum {

  private Checksum() {}

  static String sha256(byte[] bytes) {
    return text(Digests.sha256(), bytes);
  }

  /** SHA-256 of all labels and float32 values in the evaluation view. */
  static String sha256(Images images) {
    MessageDigest digest = Digests.sha256();
    for (int n = 0; n < images.size(); n++) {
      ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * images.values()).putInt(images.label(n));
      bytes.asFloatBuffer().put(images.image(n));
      digest.update(bytes.array());
    }
    return text(digest);
  }

  /**
   * {@return the MD5 sum of a file, 32 hexadecimal digits} The publishers of the data sets give
   * such sums. They show accidents, not forgery.
   *
   * @param file the file to read
   * @throws IOException if the file cannot be read
   */
  public static String md5(Path file) throws IOException {
    MessageDigest digest = Digests.md5();
    Files.copy(file, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    return text(digest);
  }

  private static String text(MessageDigest digest, byte... last) {
    return HexFormat.of().formatHex(digest.digest(last));
  }
}
