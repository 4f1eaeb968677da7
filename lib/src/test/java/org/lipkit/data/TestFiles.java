package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.function.Executable;

/** Writes small files in the official formats. */
public final class TestFiles {

  private TestFiles() {}

  public static void write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  public static void cut(Path file, int length) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
  }

  /** An idx file: magic number, sides, then the bytes. */
  public static byte[] idx(int magic, int[] sides, byte[] content) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * sides.length + content.length);
    buffer.putInt(magic);
    for (int side : sides) {
      buffer.putInt(side);
    }
    return buffer.put(content).array();
  }

  public static byte[] idxImages(int count) {
    return idx(0x803, new int[] {count, 28, 28}, noise(count * 28 * 28));
  }

  public static byte[] idxLabels(int... labels) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return idx(0x801, new int[] {labels.length}, bytes);
  }

  public static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** CIFAR records: the label bytes, then 3072 pixel bytes. */
  public static byte[] cifar(int[]... labels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int[] record : labels) {
      for (int label : record) {
        out.write(label);
      }
      out.writeBytes(noise(3072));
    }
    return out.toByteArray();
  }

  public static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** A JPEG whose value grows from left to right; grey if asked for. */
  public static byte[] jpeg(int width, int height, boolean grey) {
    int type = grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int value = 255 * x / Math.max(1, width - 1);
        int[] pixel = grey ? new int[] {value} : new int[] {value, 128, 255 - value};
        image.getRaster().setPixel(x, y, pixel);
      }
    }
    return encode(image, "jpg");
  }

  public static byte[] encode(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertTrue(ImageIO.write(image, format, out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Runs it, and checks that it fails with one sentence that holds all of these. */
  public static void assertSays(Executable action, String... parts) {
    String message = assertThrows(DataException.class, action).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is not in: " + message);
    }
    assertTrue(!message.contains("\n"), message);
  }
}
