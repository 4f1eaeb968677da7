package org.lipkit.checker;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;

/**
 * The test images of MNIST, Fashion-MNIST, CIFAR-10, CIFAR-100 or Tiny-ImageNet (there the
 * validation images), from their official files.
 */
final class TestSplit {

  /** Height and width in an idx file's header, two numbers of four bytes. */
  private static final long SIDES = 28L << 32 | 28;

  private final int channels;
  private final int side;
  private final int[] labels;
  private final IntFunction<int[]> images;
  private final int count;

  /**
   * @param images gives the bytes of an image, 0 to 255, (channels, side, side)
   */
  private TestSplit(int channels, int side, int[] labels, IntFunction<int[]> images, int count) {
    this.channels = channels;
    this.side = side;
    this.labels = labels;
    this.images = images;
    this.count = count;
  }

  /**
   * Opens the files.
   *
   * @param dataset the name of one of the data sets above
   * @param data the folder that holds one folder per data set
   * @param count how many images, spread evenly over the file, make up the split; 0 for all
   */
  static TestSplit load(String dataset, Path data, int count) {
    return switch (dataset) {
      case "mnist", "fashion-mnist" -> idx(data.resolve(dataset), count);
      case "cifar-10" -> cifar(data.resolve("cifar-10-batches-bin/test_batch.bin"), 1, count);
      case "cifar-100" -> cifar(data.resolve("cifar-100-binary/test.bin"), 2, count);
      case "tiny-imagenet" -> tinyImageNet(data.resolve("tiny-imagenet-200"), count);
      default ->
          throw new IllegalArgumentException(
              "The checker cannot read the data set \""
                  + dataset
                  + "\"; it reads mnist, fashion-mnist, cifar-10, cifar-100 and tiny-imagenet.");
    };
  }

  private static TestSplit idx(Path folder, int count) {
    byte[] images = read(folder.resolve("t10k-images-idx3-ubyte.gz"));
    byte[] labels = read(folder.resolve("t10k-labels-idx1-ubyte.gz"));
    boolean square28 = images.length > 16 && ByteBuffer.wrap(images, 8, 8).getLong() == SIDES;
    require(square28 && images.length == 16 + 28 * 28 * (labels.length - 8), folder);
    int[] classes = bytes(labels, 8, labels.length - 8);
    return new TestSplit(1, 28, classes, n -> bytes(images, 16 + 28 * 28 * n, 28 * 28), count);
  }

  /** Each image is preceded by its labels, the one that counts last. */
  private static TestSplit cifar(Path file, int labels, int count) {
    byte[] records = read(file);
    int pixels = 3 * 32 * 32;
    int step = labels + pixels;
    require(records.length > 0 && records.length % step == 0, file);
    int[] classes = new int[records.length / step];
    for (int n = 0; n < classes.length; n++) {
      classes[n] = records[n * step + labels - 1] & 0xff;
    }
    return new TestSplit(3, 32, classes, n -> bytes(records, n * step + labels, pixels), count);
  }

  /** Classes are numbered in the order of their ids. */
  private static TestSplit tinyImageNet(Path folder, int count) {
    List<String> ids = lines(folder.resolve("wnids.txt")).map(String::strip).sorted().toList();
    Path list = folder.resolve("val/val_annotations.txt");
    List<Path> files = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    lines(list)
        .forEach(
            line -> {
              String[] columns = line.split("\t");
              require(columns.length > 1 && ids.contains(columns[1].strip()), list);
              files.add(folder.resolve("val/images").resolve(columns[0]));
              classes.add(ids.indexOf(columns[1].strip()));
            });
    require(!files.isEmpty(), list);
    int[] labels = classes.stream().mapToInt(Integer::intValue).toArray();
    return new TestSplit(3, 64, labels, n -> picture(files.get(n), 64), count);
  }

  /** A grey picture gives three equal channels. */
  private static int[] picture(Path file, int side) {
    Raster raster;
    try {
      raster = ImageIO.read(new ByteArrayInputStream(read(file))).getRaster();
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(file + " cannot be decoded; fetch it again.", e);
    }
    require(raster.getWidth() == side && raster.getHeight() == side, file);
    int[] planes = new int[3 * side * side];
    for (int k = 0; k < planes.length; k++) {
      int band = Math.min(k / (side * side), raster.getNumBands() - 1);
      planes[k] = raster.getSample(k % side, k / side % side, band);
    }
    return planes;
  }

  private static Stream<String> lines(Path file) {
    return new String(read(file), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank());
  }

  private static int[] bytes(byte[] from, int start, int count) {
    int[] values = new int[count];
    for (int k = 0; k < count; k++) {
      values[k] = from[start + k] & 0xff;
    }
    return values;
  }

  private static void require(boolean whole, Path file) {
    if (!whole) {
      throw new IllegalArgumentException(
          "The test images or labels in " + file + " are damaged; fetch them again.");
    }
  }

  private static byte[] read(Path file) {
    boolean zipped = file.toString().endsWith(".gz");
    try (var in = Files.newInputStream(file);
        var unzipped = zipped ? new GZIPInputStream(in) : in) {
      return unzipped.readAllBytes();
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("There is no file " + file + "; fetch the data first.", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " cannot be read: " + e.getMessage() + "; fetch it again.", e);
    }
  }

  int channels() {
    return channels;
  }

  int side() {
    return side;
  }

  int size() {
    return count == 0 ? labels.length : Math.min(count, labels.length);
  }

  /** Where sample n stands in the file. */
  private int place(int n) {
    return (int) ((long) n * labels.length / size());
  }

  int label(int n) {
    return labels[place(n)];
  }

  /** (channels, side, side), divided by 255 in float32 as the program does it. */
  float[] pixels(int n) {
    int[] bytes = images.apply(place(n));
    float[] image = new float[bytes.length];
    for (int k = 0; k < image.length; k++) {
      image[k] = bytes[k] / 255f;
    }
    return image;
  }
}
