package org.lipkit.data;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.lipkit.text.Given;

/** One split of a data set: labelled images with values in [0, 1], channel first. */
public interface Images {

  /** The label of an image whose class is not known; no prediction agrees with it. */
  int UNKNOWN = -1;

  /** {@return the number of images} */
  int size();

  /** {@return the size that every image has} */
  ImageShape shape();

  /**
   * {@return the class of image {@code index}, from 0, or {@link #UNKNOWN}}
   *
   * @param index the image's place in the split, from 0
   * @throws IllegalArgumentException if there is no such image
   */
  int label(int index);

  /**
   * Writes image {@code index} as channels * height * width values in [0, 1] to {@code into},
   * starting at {@code offset}; rows of one channel follow each other. May be called from several
   * threads.
   *
   * @param index the image's place in the split, from 0
   * @param random null for the evaluation view, which is always the same; otherwise the source of
   *     the training view's augmentation, ignored by splits that have none
   * @param into holds at least {@code offset} + {@link #values()} entries
   * @param offset where the first value goes
   * @throws IllegalArgumentException if there is no such image
   * @throws DataException if the image's file is missing or cannot be decoded
   */
  void read(int index, RandomGenerator random, float[] into, int offset);

  /**
   * {@return a new array with image {@code index} in its evaluation view; see {@link #read}}
   *
   * @param index the image's place in the split, from 0
   */
  default float[] image(int index) {
    float[] image = new float[values()];
    read(index, null, image, 0);
    return image;
  }

  /** {@return the number of colour channels; see {@link ImageShape}} */
  default int channels() {
    return shape().channels();
  }

  /** {@return the number of rows} */
  default int height() {
    return shape().height();
  }

  /** {@return the number of columns} */
  default int width() {
    return shape().width();
  }

  /** {@return the number of values in one image, channels * height * width} */
  default int values() {
    return shape().values();
  }

  /**
   * {@return at most {@code count} of these images, evenly spaced over the split, so that every
   * class of a sorted file keeps its share}
   *
   * @param count the most images, at least 1
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

  /**
   * {@return some of these images, in the order of their places}
   *
   * @param places indices of this split, from 0
   * @throws IllegalArgumentException if the split has no such image
   */
  default Images subset(int... places) {
    for (int place : Given.notNull("The places", places)) {
      requirePlace(place, size());
    }
    return of(
        shape(),
        IntStream.of(places).map(this::label).toArray(),
        (index, random, into, offset) -> read(places[index], random, into, offset));
  }

  private static int requirePlace(int place, int size) {
    if (place < 0 || place >= size) {
      throw new IllegalArgumentException(
          "There is no image " + place + "; the places are 0 to " + (size - 1) + ".");
    }
    return place;
  }

  /** Writes one image; see {@link Images#read}. */
  @FunctionalInterface
  interface Pixels {

    /**
     * As {@link Images#read}.
     *
     * @param index the image's place in the split, from 0
     * @param random null for the evaluation view
     * @param into where the values go
     * @param offset where the first value goes
     */
    void read(int index, RandomGenerator random, float[] into, int offset);
  }

  /**
   * {@return images with values from a function, which may be called from several threads}
   *
   * @param shape the size of an image
   * @param labels the class of each image, from 0, or {@link #UNKNOWN}
   * @param pixels writes the values of one image
   */
  static Images of(ImageShape shape, int[] labels, Pixels pixels) {
    Given.notNull("The image's size", shape);
    Given.notNull("The labels", labels);
    Given.notNull("What writes the pixels", pixels);
    return new Images() {
      @Override
      public int size() {
        return labels.length;
      }

      @Override
      public ImageShape shape() {
        return shape;
      }

      @Override
      public int label(int index) {
        return labels[requirePlace(index, labels.length)];
      }

      @Override
      public void read(int index, RandomGenerator random, float[] into, int offset) {
        pixels.read(requirePlace(index, labels.length), random, into, offset);
      }
    };
  }

  /**
   * {@return points as images of one pixel, with one channel for each coordinate}
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
   * {@return images from arrays}
   *
   * @param pictures [image][channel][row][column], values in [0, 1], all images of one size
   * @param labels the class of each, from 0
   * @throws IllegalArgumentException as {@link #of(float[][], int...)}
   */
  static Images of(float[][][][] pictures, int... labels) {
    return FloatImages.of(pictures, labels);
  }

  /**
   * {@return images from bytes, of which 255 stands for 1}
   *
   * @param bytes image after image, each channel after channel, each row by row
   * @param labels the class of each, from 0
   * @param shape the size of an image
   * @throws IllegalArgumentException if the number of bytes is not that of the labels' images
   */
  static Images of(byte[] bytes, int[] labels, ImageShape shape) {
    Given.notNull("The labels", labels);
    int values = Given.notNull("The image's size", shape).values();
    if (Given.notNull("The bytes", bytes).length != (long) labels.length * values) {
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
   * {@return images from pictures of one size} They are grey if all pictures are.
   *
   * @param pictures grey or in colour, of one size
   * @param labels the class of each, from 0
   * @throws IllegalArgumentException if there are none, their sizes differ, or the number of labels
   *     is another
   */
  static Images of(List<BufferedImage> pictures, int... labels) {
    List<Picture> decoded = Given.noneNull("Picture", pictures).stream().map(Picture::of).toList();
    int channels = decoded.stream().allMatch(Picture::isGrey) ? 1 : 3;
    return of(
        decoded.stream()
            .map(picture -> picture.fit(channels, picture.height(), picture.width()))
            .toArray(float[][][][]::new),
        labels);
  }

  /**
   * {@return images whose classes are not known, for prediction and certification}
   *
   * @param pictures [channel][row][column] each, values in [0, 1], all of one size
   * @throws IllegalArgumentException as {@link #of(float[][], int...)}
   */
  static Images unlabelled(float[][][]... pictures) {
    int count = Given.notNull("The images", pictures).length;
    return of(pictures, IntStream.generate(() -> UNKNOWN).limit(count).toArray());
  }
}
