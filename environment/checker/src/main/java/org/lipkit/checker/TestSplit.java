package org.lipkit.checker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The test images of MNIST, Fashion-MNIST or CIFAR-10, from their official files. */
final class TestSplit {

  /** Height and width in an idx file's header, two numbers of four bytes. */
  private static final long SIDES = 28L << 32 | 28;

  private final byte[] pixels;
  private final byte[] labels;
  private final int channels;
  private final int side;
  private final int start;
  private final int step;
  private final int labelStart;
  private final int labelStep;
  private final int taken;

  /** Image n has its pixels from {@code start + n step} on and its label likewise. */
  private TestSplit(
      byte[] pixels,
      int channels,
      int side,
      int start,
      int step,
      byte[] labels,
      int labelStart,
      int labelStep,
      int taken) {
    this.pixels = pixels;
    this.channels = channels;
    this.side = side;
    this.start = start;
    this.step = step;
    this.labels = labels;
    this.labelStart = labelStart;
    this.labelStep = labelStep;
    this.taken = taken;
  }

  /**
   * @param dataset "mnist", "fashion-mnist" or "cifar-10"
   * @param data the folder that holds one folder a data set
   * @param taken how many images, spread evenly over the file, make up the split; 0 for all
   */
  static TestSplit load(String dataset, Path data, int taken) {
    if (dataset.equals("cifar-10")) {
      byte[] records = read(data.resolve("cifar-10-batches-bin").resolve("test_batch.bin"));
      int step = 1 + 3 * 32 * 32;
      require(records.length % step == 0, "test_batch.bin", data);
      return new TestSplit(records, 3, 32, 1, step, records, 0, step, taken);
    }
    if (dataset.equals("mnist") || dataset.equals("fashion-mnist")) {
      byte[] images = read(data.resolve(dataset).resolve("t10k-images-idx3-ubyte.gz"));
      byte[] labels = read(data.resolve(dataset).resolve("t10k-labels-idx1-ubyte.gz"));
      boolean square28 = images.length > 16 && ByteBuffer.wrap(images, 8, 8).getLong() == SIDES;
      require(square28 && images.length == 16 + 28 * 28 * (labels.length - 8), dataset, data);
      return new TestSplit(images, 1, 28, 16, 28 * 28, labels, 8, 1, taken);
    }
    throw new IllegalArgumentException(
        "The checker cannot read the data set \""
            + dataset
            + "\"; it reads mnist, fashion-mnist and cifar-10.");
  }

  private static void require(boolean whole, String name, Path data) {
    if (!whole) {
      throw new IllegalArgumentException(
          "The test images or labels of "
              + name
              + " in "
              + data
              + " are damaged; fetch them again.");
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
    return taken == 0 ? images() : Math.min(taken, images());
  }

  private int images() {
    return (labels.length - labelStart + labelStep - 1) / labelStep;
  }

  /** Where sample n stands in the file. */
  private int place(int n) {
    return (int) ((long) n * images() / size());
  }

  int label(int n) {
    return labels[labelStart + place(n) * labelStep];
  }

  /** (channels, side, side), divided by 255 in float32 as the program does it. */
  float[] pixels(int n) {
    float[] image = new float[channels * side * side];
    int first = start + place(n) * step;
    for (int k = 0; k < image.length; k++) {
      image[k] = (pixels[first + k] & 0xff) / 255f;
    }
    return image;
  }
}
