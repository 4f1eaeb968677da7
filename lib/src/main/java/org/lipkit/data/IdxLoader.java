package org.lipkit.data;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

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
    for (int i = 0; i < labels.length; i++) {
      labelsFile.checkLabel(labels[i] & 0xff, i, classNames.size());
    }
    return new ByteImages(pixels, labels, 1, SIDE, SIDE);
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
    byte[] content = file.bytes();
    checksums.put(file.path().getFileName().toString(), Checksum.sha256(content));
    boolean gzipped = file.path().toString().endsWith(".gz");
    try (InputStream raw = new ByteArrayInputStream(content);
        InputStream in = gzipped ? new GZIPInputStream(raw) : raw) {
      int headerLength = 8 + 4 * sides.length;
      byte[] headerBytes = in.readNBytes(headerLength);
      if (headerBytes.length < headerLength) {
        throw file.truncated(headerBytes.length, headerLength);
      }
      ByteBuffer header = ByteBuffer.wrap(headerBytes);
      int foundMagic = header.getInt();
      if (foundMagic != magic) {
        throw file.wrong(String.format("starts with 0x%08x instead of 0x%08x", foundMagic, magic));
      }
      int count = header.getInt();
      int recordLength = 1;
      for (int side : sides) {
        int found = header.getInt();
        if (found != side) {
          throw file.wrong("holds images with a side of " + found + " pixels instead of " + side);
        }
        recordLength *= side;
      }
      if (count < 0 || (long) count * recordLength > Integer.MAX_VALUE - 8) {
        throw file.wrong("declares an impossible count of " + Integer.toUnsignedLong(count));
      }
      byte[] records = in.readNBytes(count * recordLength);
      if (records.length < count * recordLength) {
        throw file.truncated(
            headerLength + records.length, headerLength + (long) count * recordLength);
      }
      if (in.read() >= 0) {
        throw file.wrong("goes on after the " + count + " records that it declares");
      }
      return records;
    } catch (EOFException e) {
      throw file.wrong("is truncated: its compressed data break off at byte " + content.length);
    } catch (ZipException e) {
      throw file.wrong("is not an intact gzip file (" + e.getMessage() + ")");
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }
}
