package org.lipkit.data;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.lipkit.text.Text;

/** MNIST and Fashion-MNIST: four idx files, gzipped or plain. */
record IdxLoader(String id, List<String> classNames, int trainImages, int testImages)
    implements Loader {

  private static final int IMAGES_MAGIC = 0x00000803;
  private static final int LABELS_MAGIC = 0x00000801;
  private static final int SIDE = 28;

  @Override
  public Dataset load(Path folder) {
    Map<String, String> checksums = new HashMap<>();
    Images train = split(folder, "train", trainImages, checksums);
    Images test = split(folder, "t10k", testImages, checksums);
    return new Dataset(id, false, classNames, train, test, checksums);
  }

  private Images split(Path folder, String name, int count, Map<String, String> checksums) {
    SourceFile imagesFile = find(folder, name + "-images-idx3-ubyte");
    SourceFile labelsFile = find(folder, name + "-labels-idx1-ubyte");
    byte[] pixels = records(imagesFile, IMAGES_MAGIC, new int[] {SIDE, SIDE}, checksums);
    byte[] labels = records(labelsFile, LABELS_MAGIC, new int[0], checksums);
    int images = pixels.length / (SIDE * SIDE);
    if (labels.length != images) {
      throw labelsFile.wrong(
          "holds " + labels.length + " labels for the " + images + " images beside it");
    }
    imagesFile.checkCount(images, count, "images");
    int[] classes = new int[images];
    for (int i = 0; i < images; i++) {
      classes[i] = labelsFile.checkLabel(labels[i] & 0xff, i, classNames.size());
    }
    return Images.of(pixels, classes, new ImageShape(1, SIDE, SIDE));
  }

  private SourceFile find(Path folder, String name) {
    Path gzipped = folder.resolve(name + ".gz");
    Path plain = folder.resolve(name);
    boolean onlyPlain = Files.notExists(gzipped) && Files.exists(plain);
    return new SourceFile(onlyPlain ? plain : gzipped, id);
  }

  /** The bytes after the header, which says magic number, count and the sides of a record. */
  private static byte[] records(
      SourceFile file, int magic, int[] sides, Map<String, String> checksums) {
    byte[] packed = file.bytes();
    checksums.put(file.path().getFileName().toString(), Checksum.sha256(packed));
    byte[] content = file.path().toString().endsWith(".gz") ? unpacked(packed, file) : packed;
    int headerLength = 8 + 4 * sides.length;
    if (content.length < headerLength) {
      throw file.truncated(content.length, headerLength);
    }
    ByteBuffer header = ByteBuffer.wrap(content);
    int foundMagic = header.getInt();
    if (foundMagic != magic) {
      throw file.wrong(Text.of("starts with 0x%08x instead of 0x%08x", foundMagic, magic));
    }
    long count = Integer.toUnsignedLong(header.getInt());
    long length = headerLength + count * IntStream.of(sides).reduce(1, (a, b) -> a * b);
    for (int side : sides) {
      int found = header.getInt();
      if (found != side) {
        throw file.wrong("holds images with a side of " + found + " pixels instead of " + side);
      }
    }
    if (length > Integer.MAX_VALUE - 8) {
      throw file.wrong("declares an impossible count of " + count);
    }
    if (content.length < length) {
      throw file.truncated(content.length, length);
    }
    if (content.length > length) {
      throw file.wrong("goes on after the " + count + " records that it declares");
    }
    return Arrays.copyOfRange(content, headerLength, content.length);
  }

  private static byte[] unpacked(byte[] packed, SourceFile file) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    } catch (EOFException e) {
      throw file.wrong("is truncated: its compressed data break off at byte " + packed.length);
    } catch (ZipException e) {
      throw file.wrong("is not an intact gzip file (" + e.getMessage() + ")");
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }
}
