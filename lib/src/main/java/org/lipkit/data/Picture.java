package org.lipkit.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * A decoded photograph.
 *
 * @param bands 1 or 2 for grey, 3 or 4 for red, green and blue; transparency, which comes last, is
 *     ignored
 * @param samples values 0 to 255, the bands of a pixel side by side, row after row
 */
public record Picture(int width, int height, int bands, int[] samples) {

  /** The largest sample. */
  static final int MOST = 255;

  /**
   * {@return the picture in a JPEG, PNG, GIF or BMP file}
   *
   * @param file the file
   * @throws DataException if it is missing, damaged, or of a kind that Java does not decode
   */
  public static Picture read(Path file) {
    return PictureDecoder.decode(new SourceFile(file, ""));
  }

  /**
   * {@return a copy of a picture that is in memory}
   *
   * @param image a picture of any colour model
   */
  public static Picture of(BufferedImage image) {
    // The raster holds the values as stored; getRGB would convert grey to another brightness scale.
    if (!(image.getColorModel() instanceof IndexColorModel)) {
      return of(image.getRaster());
    }
    BufferedImage plain =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
    plain.createGraphics().drawImage(image, 0, 0, null);
    return of(plain.getRaster());
  }

  static Picture of(Raster raster) {
    int[] samples = raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
    int[] bits = raster.getSampleModel().getSampleSize();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = Math.round((float) samples[i] * MOST / ((1 << bits[i % bits.length]) - 1));
    }
    return new Picture(raster.getWidth(), raster.getHeight(), raster.getNumBands(), samples);
  }

  /** {@return whether the picture has no colour channels} */
  public boolean isGrey() {
    return bands < 3;
  }

  /**
   * {@return the picture as input of a network, [channel][row][column], values in [0, 1]} It is
   * scaled until it just covers height x width pixels and cut in the centre; of an odd number of
   * spare pixels, half rounded to even lies before it. One channel holds the grey value 0.299 R +
   * 0.587 G + 0.114 B; a grey picture gives three equal channels.
   *
   * @param channels 1 or 3
   * @param height rows of the result
   * @param width columns of the result
   */
  public float[][][] fit(int channels, int height, int width) {
    ImageShape shape = new ImageShape(channels, height, width);
    float[] flat = new float[shape.values()];
    write(shape, 0, null, flat, 0);
    float[][][] fitted = new float[channels][height][width];
    for (int row = 0; row < channels * height; row++) {
      System.arraycopy(flat, row * width, fitted[row / height][row % height], 0, width);
    }
    return fitted;
  }

  /**
   * {@return this one picture, unlabelled, in the size of other images; see {@link #fit}}
   *
   * @param images give the size and the number of channels
   */
  public Images like(Images images) {
    return Images.unlabelled(fit(images.channels(), images.height(), images.width()));
  }

  /**
   * Scales the picture with a triangle filter, which averages when it shrinks, and writes a part.
   *
   * @param shape the part's size, with 1 or 3 channels
   * @param margin how much larger the scaled picture is, at least, in both directions
   * @param random where the part lies; null for the centre
   */
  void write(ImageShape shape, int margin, RandomGenerator random, float[] into, int offset) {
    if (shape.channels() != 1 && shape.channels() != 3) {
      throw new IllegalArgumentException(
          "A picture becomes 1 or 3 channels, not " + shape.channels() + ".");
    }
    int[] scaled = scaledTo(shape.height() + margin, shape.width() + margin);
    int spareWidth = scaled[0] - shape.width();
    int spareHeight = scaled[1] - shape.height();
    int left = random == null ? before(spareWidth) : random.nextInt(spareWidth + 1);
    int top = random == null ? before(spareHeight) : random.nextInt(spareHeight + 1);
    int columns = shape.width();
    Filter across = new Filter(width, scaled[0], left, columns);
    Filter down = new Filter(height, scaled[1], top, shape.height());
    int firstRow = down.first[0];
    int rows = down.first[shape.height() - 1] + down.weights[shape.height() - 1].length - firstRow;
    float[] narrow = new float[rows * columns];
    int at = offset;
    for (int c = 0; c < shape.channels(); c++) {
      for (int row = 0; row < rows; row++) {
        for (int x = 0; x < columns; x++) {
          float sum = 0;
          for (int k = 0; k < across.weights[x].length; k++) {
            sum +=
                across.weights[x][k]
                    * sample(across.first[x] + k, firstRow + row, c, shape.channels());
          }
          narrow[row * columns + x] = sum / 255f;
        }
      }
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < columns; x++) {
          float sum = 0;
          for (int k = 0; k < down.weights[y].length; k++) {
            sum += down.weights[y][k] * narrow[(down.first[y] - firstRow + k) * columns + x];
          }
          into[at++] = Math.min(1f, Math.max(0f, sum));
        }
      }
    }
  }

  /** How many of the spare pixels a cut in the centre leaves before it: half, rounded to even. */
  private static int before(int spare) {
    return (int) Math.rint(spare / 2.0);
  }

  /** The smallest size that keeps the proportions and covers rows x columns: {width, height}. */
  int[] scaledTo(int rows, int columns) {
    boolean flat = (long) width * rows >= (long) height * columns;
    return new int[] {
      flat ? (int) ((long) width * rows / height) : columns,
      flat ? rows : (int) ((long) height * columns / width)
    };
  }

  /** The stored value of a channel; of grey where there is one channel only. */
  private float sample(int x, int y, int channel, int channels) {
    int at = (y * width + x) * bands;
    if (bands < 3) {
      return samples[at];
    }
    return channels == 3
        ? samples[at + channel]
        : 0.299f * samples[at] + 0.587f * samples[at + 1] + 0.114f * samples[at + 2];
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
