package org.lipkit.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A decoded photograph.
 *
 * @param bands 1 for grey, 3 for red, green and blue, 4 with transparency, which is ignored
 * @param samples values 0 to 255, the bands of a pixel side by side, row after row
 */
record Picture(int width, int height, int bands, int[] samples) {

  /**
   * Decodes a JPEG or PNG file.
   *
   * @throws DataException if it is missing, truncated, or of a kind that Java does not decode
   */
  static Picture decode(SourceFile file) {
    byte[] content = file.bytes();
    if (isJpeg(content) && !endsAsJpeg(content)) {
      throw file.wrong(
          "is truncated at byte " + content.length + ", without the end mark of a JPEG");
    }
    BufferedImage image;
    try {
      // Kept in memory, and closed by the reader; a plain stream would go through a temporary file.
      image = ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(content)));
    } catch (IOException | RuntimeException e) {
      // Damaged files also surface as unchecked exceptions of the decoder.
      throw unsupported(file, e.getMessage());
    }
    if (image == null) {
      throw unsupported(file, "no such picture format");
    }
    // The raster holds the values as stored; getRGB would convert grey to another brightness scale.
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    if (image.getColorModel() instanceof IndexColorModel
        || bands == 2
        || (bands == 4 && isJpeg(content))
        || raster.getSampleModel().getSampleSize(0) != 8) {
      throw unsupported(file, "not plain 8-bit grey or colour");
    }
    int[] samples = raster.getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
    return new Picture(image.getWidth(), image.getHeight(), bands, samples);
  }

  private static DataException unsupported(SourceFile file, String reason) {
    return file.wrong(
        "cannot be decoded (" + reason + "): save it as an RGB JPEG, or take it out of its folder");
  }

  private static boolean isJpeg(byte[] content) {
    return content.length > 1 && content[0] == (byte) 0xff && content[1] == (byte) 0xd8;
  }

  /** The end mark stands in the file's last half; some writers pad what follows. */
  private static boolean endsAsJpeg(byte[] content) {
    for (int i = content.length - 2; i >= content.length / 2; i--) {
      if (content[i] == (byte) 0xff && content[i + 1] == (byte) 0xd9) {
        return true;
      }
    }
    return false;
  }

  /** The stored value of a channel of 0 (red), 1 (green) or 2 (blue); grey pictures have one. */
  private int sample(int x, int y, int channel) {
    return samples[(y * width + x) * bands + (bands < 3 ? 0 : channel)];
  }

  /** Width and height after scaling to a shorter side of {@code side}, as {width, height}. */
  int[] scaledTo(int side) {
    int shorter = Math.min(width, height);
    return new int[] {
      (int) ((long) width * side / shorter), (int) ((long) height * side / shorter)
    };
  }

  /**
   * Scales the picture to {@code scaledWidth} x {@code scaledHeight} with a triangle filter, which
   * averages when it shrinks, and writes the square of {@code side} pixels whose upper left corner
   * is (left, top) there, as three channels in [0, 1].
   */
  void writeSquare(
      int scaledWidth, int scaledHeight, int left, int top, int side, float[] into, int offset) {
    Filter across = new Filter(width, scaledWidth, left, side);
    Filter down = new Filter(height, scaledHeight, top, side);
    int firstRow = down.first[0];
    int rows = down.first[side - 1] + down.weights[side - 1].length - firstRow;
    float[] narrow = new float[rows * side];
    for (int c = 0; c < 3; c++) {
      for (int row = 0; row < rows; row++) {
        for (int x = 0; x < side; x++) {
          float sum = 0;
          for (int k = 0; k < across.weights[x].length; k++) {
            sum += across.weights[x][k] * sample(across.first[x] + k, firstRow + row, c);
          }
          narrow[row * side + x] = sum / 255f;
        }
      }
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          float sum = 0;
          for (int k = 0; k < down.weights[y].length; k++) {
            sum += down.weights[y][k] * narrow[(down.first[y] - firstRow + k) * side + x];
          }
          into[offset + (c * side + y) * side + x] = Math.min(1f, Math.max(0f, sum));
        }
      }
    }
  }

  /** For each of some neighbouring output pixels: which source pixels it averages, and how. */
  private static final class Filter {
    final int[] first;
    final float[][] weights;

    Filter(int sourceSize, int scaledSize, int start, int count) {
      first = new int[count];
      weights = new float[count][];
      double step = (double) sourceSize / scaledSize;
      double reach = Math.max(1, step);
      for (int i = 0; i < count; i++) {
        double centre = (start + i + 0.5) * step - 0.5;
        int from = Math.max(0, (int) Math.floor(centre - reach) + 1);
        int to = Math.min(sourceSize - 1, (int) Math.ceil(centre + reach) - 1);
        first[i] = from;
        weights[i] = new float[to - from + 1];
        double sum = 0;
        for (int k = from; k <= to; k++) {
          sum += 1 - Math.abs(k - centre) / reach;
        }
        for (int k = from; k <= to; k++) {
          weights[i][k - from] = (float) ((1 - Math.abs(k - centre) / reach) / sum);
        }
      }
    }
  }
}
