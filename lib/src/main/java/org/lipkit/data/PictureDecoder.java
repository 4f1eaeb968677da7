package org.lipkit.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes picture files: JPEG, in four inks as well, PNG, GIF and BMP. A file of which a part is
 * missing is refused, even where Java would fill that part with grey.
 */
final class PictureDecoder {

  private static final int START_OF_IMAGE = 0xffd8;
  private static final int END_OF_IMAGE = 0xffd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int ADOBE = 0xee;

  /** What is asked of an open picture file. */
  private interface Question<T> {
    T answer(ImageReader reader) throws IOException;
  }

  private PictureDecoder() {}

  static Picture decode(SourceFile file) {
    byte[] content = file.bytes();
    // Kept in memory; a plain stream would go through a temporary file.
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      return ask(in, file, reader -> decode(reader, content));
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }

  private static Picture decode(ImageReader reader, byte[] content) throws IOException {
    int frame = segment(content, 0xc0, 0xc1, 0xc2);
    if (frame < 0 || content[frame + 9] != 4) {
      return Picture.of(reader.read(0));
    }
    int adobe = segment(content, ADOBE);
    return fromInks(Picture.of(reader.readRaster(0, null)), adobe < 0 ? -1 : content[adobe + 15]);
  }

  /**
   * The size of a picture file, from its first bytes; one channel if it is grey. A JPEG that does
   * not end with its end mark is decoded, which refuses it if a part is missing.
   */
  static ImageShape shape(SourceFile file) {
    file.requireRegular();
    try (ImageInputStream in = new FileImageInputStream(file.path().toFile())) {
      if (in.length() > 4 && in.readUnsignedShort() == START_OF_IMAGE) {
        in.seek(in.length() - 2);
        if (in.readUnsignedShort() != END_OF_IMAGE) {
          decode(file);
        }
      }
      in.seek(0);
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
    List<String> losses = new ArrayList<>();
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          if (tellsOfLoss(warning)) {
            losses.add(warning);
          }
        });
    try {
      reader.setInput(in, false, true);
      T answer = question.answer(reader);
      if (!losses.isEmpty()) {
        throw new IIOException(losses.get(0));
      }
      return answer;
    } catch (IOException | RuntimeException e) {
      // Damaged files also surface as unchecked exceptions of the decoder.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw unsupported(file, losses.isEmpty() ? reason : losses.get(0));
    } finally {
      reader.dispose();
    }
  }

  /** Whether the JPEG decoder says that pixels are missing, and not that bytes are left over. */
  private static boolean tellsOfLoss(String warning) {
    return warning.startsWith("Truncated")
        || warning.startsWith("Corrupt") && !warning.contains("extraneous");
  }

  private static DataException unsupported(SourceFile file, String reason) {
    return file.wrong(
        "cannot be decoded ("
            + reason
            + "): get it again, save it as an RGB JPEG, or take it out of its folder");
  }

  /** Where the first segment of a JPEG with one of these markers begins; -1 if there is none. */
  private static int segment(byte[] jpeg, int... markers) {
    int at = 2;
    while (at + 16 < jpeg.length && number(jpeg, 0) == START_OF_IMAGE) {
      int marker = jpeg[at + 1] & 0xff;
      if (IntStream.of(markers).anyMatch(m -> m == marker)) {
        return at;
      }
      if (marker == START_OF_SCAN) {
        return -1;
      }
      at += 2 + number(jpeg, at + 2);
    }
    return -1;
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  /**
   * From four inks to colour: each of red, green and blue is what its ink and black leave of the
   * paper's white. Adobe writes inks inverted, and may write the first three as YCbCr.
   *
   * @param adobe the transform that Adobe's marker names, 2 for YCbCr; -1 without the marker
   */
  private static Picture fromInks(Picture inks, int adobe) {
    int pixels = inks.width() * inks.height();
    int[] colours = new int[3 * pixels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      float[] ink = new float[4];
      for (int k = 0; k < 4; k++) {
        ink[k] = inks.samples()[4 * pixel + k];
      }
      if (adobe == 2) {
        float blue = ink[1] - 128;
        float red = ink[2] - 128;
        float light = ink[0];
        ink[0] = Picture.MOST - (light + 1.402f * red);
        ink[1] = Picture.MOST - (light - 0.344136f * blue - 0.714136f * red);
        ink[2] = Picture.MOST - (light + 1.772f * blue);
      }
      for (int c = 0; c < 3; c++) {
        float left =
            adobe < 0 ? (Picture.MOST - ink[c]) * (Picture.MOST - ink[3]) : ink[c] * ink[3];
        colours[3 * pixel + c] =
            Math.min(Picture.MOST, Math.max(0, Math.round(left / Picture.MOST)));
      }
    }
    return new Picture(inks.width(), inks.height(), 3, colours);
  }
}
