package org.lipkit.draw;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Pictures of at most 256 colours as PNG files. Java's own writer predicts each row from the one
 * above it, which suits photographs; rows of colour numbers become a third smaller without.
 */
final class Png {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] EIGHT_BITS_OF_A_PALETTE = {8, 3, 0, 0, 0};

  private Png() {}

  /** Returns the file in base64; the picture comes from {@link Palette}. */
  static String base64(BufferedImage picture) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(file)) {
      out.write(SIGNATURE);
      chunk(out, "IHDR", header(picture));
      chunk(out, "PLTE", palette((IndexColorModel) picture.getColorModel()));
      chunk(out, "IDAT", rows(picture.getRaster()));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(file.toByteArray());
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) sum.getValue());
  }

  private static byte[] header(BufferedImage picture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(picture.getWidth());
    out.writeInt(picture.getHeight());
    out.write(EIGHT_BITS_OF_A_PALETTE);
    return bytes.toByteArray();
  }

  private static byte[] palette(IndexColorModel colours) {
    byte[] palette = new byte[3 * colours.getMapSize()];
    for (int i = 0; i < colours.getMapSize(); i++) {
      palette[3 * i] = (byte) colours.getRed(i);
      palette[3 * i + 1] = (byte) colours.getGreen(i);
      palette[3 * i + 2] = (byte) colours.getBlue(i);
    }
    return palette;
  }

  /** Each row after a 0, which says that nothing is predicted. */
  private static byte[] rows(Raster raster) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater smallest = new Deflater(Deflater.BEST_COMPRESSION);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, smallest)) {
      int[] row = new int[raster.getWidth()];
      for (int y = 0; y < raster.getHeight(); y++) {
        out.write(0);
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, row.length, 1, row);
        for (int colour : row) {
          out.write(colour);
        }
      }
    } finally {
      smallest.end();
    }
    return bytes.toByteArray();
  }
}
