package org.lipkit.data;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** One split of a data set: labelled images with values in [0, 1], channel first. */
public interface Images {

  /** The label of an image whose class is not known; no prediction agrees with it. */
  int UNKNOWN = -1;

  /** How many images there are. */
  int size();

  /** The size that every image has. */
  ImageShape shape();

  /** The class of image {@code index}, from 0, or {@link #UNKNOWN}. */
  int label(int index);

  /**
   * Writes image {@code index} as channels * height * width values in [0, 1] to {@code into},
   * starting at {@code offset}; rows of one channel follow each other. May be called from several
   * threads.
   *
   * @param random null for the evaluation view, which is always the same; otherwise the source of
   *     the training view's augmentation, ignored by splits that have none
   * @throws DataException if the image's file is missing or cannot be decoded
   */
  void read(int index, RandomGenerator random, float[] into, int offset);

  /** A new array with image {@code index} in its evaluation view; see {@link #read}. */
  default float[] image(int index) {
    float[] image = new float[values()];
    read(index, null, image, 0);
    return image;
  }

  /** Colour planes of an image; see {@link ImageShape}. */
  default int channels() {
    return shape().channels();
  }

  /** Rows of an image. */
  default int height() {
    return shape().height();
  }

  /** Columns of an image. */
  default int width() {
    return shape().width();
  }

  /** Values in one image: channels * height * width. */
  default int values() {
    return shape().values();
  }

  /**
   * At most {@code count} of these images, evenly spaced over the split, so that every class of a
   * sorted file keeps its share.
   *
   * @throws IllegalArgumentException if {@code count} is not positive
   */
  default Images evenlySpaced(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "evenlySpaced(" + count + "): a subset needs at least one image");
    }
    int size = size();
    return count >= size
        ? this
        : subset(IntStream.range(0, count).map(n -> EvenlySpaced.index(n, count, size)).toArray());
  }

  /** Some of these images, in the order of their places. */
  default Images subset(int... places) {
    return of(
        shape(),
        IntStream.of(places).map(this::label).toArray(),
        (index, random, into, offset) -> read(places[index], random, into, offset));
  }

  /** Writes one image; see {@link Images#read}. */
  @FunctionalInterface
  interface Pixels {

    /** As {@link Images#read}. */
    void read(int index, RandomGenerator random, float[] into, int offset);
  }

  /** Images with values from a function, which may be called from several threads. */
  static Images of(ImageShape shape, int[] labels, Pixels pixels) {
    return new LabelledImages(shape, labels, pixels);
  }

  /**
   * Points as images of one pixel, with one channel for each coordinate.
   *
   * @param points one row per point, values in [0, 1]
   * @param labels the class of each, from 0
   * @throws IllegalArgumentException if there are no points, they differ in length, a value is not
   *     in [0, 1], or the number of labels is another
   */
  static Images of(float[][] points, int... labels) {
    return FloatImages.of(points, labels);
  }

  /**
   * Images from arrays.
   *
   * @param pictures [image][channel][row][column], values in [0, 1], all images of one size
   * @param labels the class of each, from 0
   * @throws IllegalArgumentException as {@link #of(float[][], int...)}
   */
  static Images of(float[][][][] pictures, int... labels) {
    return FloatImages.of(pictures, labels);
  }

  /**
   * Images from bytes, of which 255 stands for 1.
   *
   * @param bytes image after image, each channel after channel, each row by row
   * @param labels the class of each, from 0
   * @param shape the size of an image
   * @throws IllegalArgumentException if the number of bytes is not that of the labels' images
   */
  static Images of(byte[] bytes, int[] labels, ImageShape shape) {
    int values = shape.values();
    if (bytes.length != (long) labels.length * values) {
      throw new IllegalArgumentException(
          bytes.length + " bytes do not fill " + labels.length + " images of " + shape + ".");
    }
    return of(
        shape,
        labels,
        (index, random, into, offset) -> {
          for (int i = 0; i < values; i++) {
            into[offset + i] = (bytes[index * values + i] & 0xff) / 255f;
          }
        });
  }

  /**
   * Images from pictures of one size. They are grey if all pictures are.
   *
   * @throws IllegalArgumentException if there are none, their sizes differ, or the number of labels
   *     is another
   */
  static Images of(List<BufferedImage> pictures, int... labels) {
    List<Picture> decoded = pictures.stream().map(Picture::of).toList();
    int channels = decoded.stream().allMatch(Picture::isGrey) ? 1 : 3;
    return of(
        decoded.stream()
            .map(picture -> picture.fit(channels, picture.height(), picture.width()))
            .toArray(float[][][][]::new),
        labels);
  }

  /**
   * Images whose classes are not known, for prediction and certification.
   *
   * @param pictures [channel][row][column] each, values in [0, 1], all of one size
   * @throws IllegalArgumentException as {@link #of(float[][], int...)}
   */
  static Images unlabelled(float[][][]... pictures) {
    return of(pictures, IntStream.generate(() -> UNKNOWN).limit(pictures.length).toArray());
  }
}
