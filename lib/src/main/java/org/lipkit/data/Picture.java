package org.lipkit.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A decoded photograph.
 *
 * @param bands 1 or 2 for grey, 3 or 4 for red, green and blue; transparency, which comes last, is
 *     ignored
 * @param samples values 0 to 255, the bands of a pixel side by side, row after row
 */
public record Picture(int width, int height, int bands, int[] samples) {

  private static final int MOST = 255;
  private static final byte START_OF_SCAN = (byte) 0xda;

  /** What is asked of an open picture file. */
  private interface Question<T> {
    T answer(ImageReader reader) throws IOException;
  }

  /**
   * Reads a JPEG, PNG, GIF or BMP file.
   *
   * @param file the file
   * @return the decoded picture
   * @throws DataException if it is missing, truncated, or of a kind that Java does not decode
   */
  public static Picture read(Path file) {
    return decode(new SourceFile(file, ""));
  }

  /**
   * Copies a picture that is in memory.
   *
   * @param image a picture of any colour model
   * @return the copy
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

  private static Picture of(Raster raster) {
    int[] samples = raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
    int largest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
    if (largest != MOST) {
      for (int i = 0; i < samples.length; i++) {
        samples[i] = Math.round((float) samples[i] * MOST / largest);
      }
    }
    return new Picture(raster.getWidth(), raster.getHeight(), raster.getNumBands(), samples);
  }

  static Picture decode(SourceFile file) {
    byte[] content = file.bytes();
    if (isJpeg(content) && !endsAsJpeg(content)) {
      throw file.wrong(
          "is truncated at byte " + content.length + ", without the end mark of a JPEG");
    }
    // Kept in memory; a plain stream would go through a temporary file.
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      return ask(in, file, reader -> decode(reader, content));
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }

  private static Picture decode(ImageReader reader, byte[] content) throws IOException {
    int frame = isJpeg(content) ? segment(content, 0xc0, 0xc1, 0xc2) : -1;
    if (frame < 0 || content[frame + 9] != 4) {
      return of(reader.read(0));
    }
    int adobe = segment(content, 0xee);
    return of(reader.readRaster(0, null)).fromInks(adobe < 0 ? -1 : content[adobe + 15]);
  }

  /** The size of a picture file, from its first bytes; one channel if it is grey. */
  static ImageShape shape(SourceFile file) {
    try (ImageInputStream in = new FileImageInputStream(file.path().toFile())) {
      return ask(
          in,
          file,
          reader -> {
            Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
            boolean grey = types.hasNext() && types.next().getNumComponents() < 3;
            return new ImageShape(grey ? 1 : 3, reader.getHeight(0), reader.getWidth(0));
          });
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }

  private static <T> T ask(ImageInputStream in, SourceFile file, Question<T> question) {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    if (!readers.hasNext()) {
      throw unsupported(file, "no such picture format");
    }
    ImageReader reader = readers.next();
    try {
      reader.setInput(in, false, true);
      return question.answer(reader);
    } catch (IOException | RuntimeException e) {
      // Damaged files also surface as unchecked exceptions of the decoder.
      throw unsupported(file, e.getMessage());
    } finally {
      reader.dispose();
    }
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

  /** Where the first segment of a JPEG with one of these markers begins; -1 if there is none. */
  private static int segment(byte[] jpeg, int... markers) {
    int at = 2;
    while (at + 16 < jpeg.length && jpeg[at + 1] != START_OF_SCAN) {
      int marker = jpeg[at + 1] & 0xff;
      if (IntStream.of(markers).anyMatch(m -> m == marker)) {
        return at;
      }
      at += 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
    }
    return -1;
  }

  /**
   * From four inks to colour: each of red, green and blue is what its ink and black leave of the
   * paper's white. Adobe writes inks inverted, and may write the first three as YCbCr.
   *
   * @param adobe the transform that Adobe's marker names, 2 for YCbCr; -1 without the marker
   */
  private Picture fromInks(int adobe) {
    int[] colours = new int[width * height * 3];
    for (int pixel = 0; pixel < width * height; pixel++) {
      float[] ink = new float[4];
      for (int k = 0; k < 4; k++) {
        ink[k] = samples[4 * pixel + k];
      }
      if (adobe == 2) {
        float blue = ink[1] - 128;
        float red = ink[2] - 128;
        float light = ink[0];
        ink[0] = MOST - (light + 1.402f * red);
        ink[1] = MOST - (light - 0.344136f * blue - 0.714136f * red);
        ink[2] = MOST - (light + 1.772f * blue);
      }
      for (int c = 0; c < 3; c++) {
        float left = adobe < 0 ? (MOST - ink[c]) * (MOST - ink[3]) : ink[c] * ink[3];
        colours[3 * pixel + c] = Math.min(MOST, Math.max(0, Math.round(left / MOST)));
      }
    }
    return new Picture(width, height, 3, colours);
  }

  /** {@return whether the picture has no colour channels} */
  public boolean isGrey() {
    return bands < 3;
  }

  /**
   * The picture as a network wants it: scaled until it just covers height x width pixels, cut in
   * the centre; its grey value (0.299 R + 0.587 G + 0.114 B) for one channel, and three equal
   * channels from a grey picture.
   *
   * @param channels 1 or 3
   * @param height rows of the result
   * @param width columns of the result
   * @return [channel][row][column], values in [0, 1]
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
   * {@return this picture alone, unlabelled, of the size of other images; see {@link #fit}}
   *
   * @param images give the size and the number of channels
   */
  public Images like(Images images) {
    return Images.unlabelled(fit(images.channels(), images.height(), images.width()));
  }

  /**
   * Writes a part of the scaled picture.
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
    int left = random == null ? spareWidth / 2 : random.nextInt(spareWidth + 1);
    int top = random == null ? spareHeight / 2 : random.nextInt(spareHeight + 1);
    write(scaled[0], scaled[1], left, top, shape, into, offset);
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

  /**
   * Scales the picture to {@code scaledWidth} x {@code scaledHeight} with a triangle filter, which
   * averages when it shrinks, and writes the part whose upper left corner is (left, top) there.
   */
  private void write(
      int scaledWidth,
      int scaledHeight,
      int left,
      int top,
      ImageShape shape,
      float[] into,
      int offset) {
    int columns = shape.width();
    Filter across = new Filter(width, scaledWidth, left, columns);
    Filter down = new Filter(height, scaledHeight, top, shape.height());
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
