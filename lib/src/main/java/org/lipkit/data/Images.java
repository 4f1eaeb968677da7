package org.lipkit.data;

import java.util.random.RandomGenerator;

/** One split of a data set: labelled images with values in [0, 1], channel first. */
public interface Images {

  /** How many images there are. */
  int size();

  /** Colour planes an image has: 1 for grey, 3 for red, green and blue. */
  int channels();

  /** Rows of an image. */
  int height();

  /** Columns of an image. */
  int width();

  /** The class of image {@code index}, from 0. */
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

  /** Values in one image: channels * height * width. */
  default int values() {
    return channels() * height() * width();
  }

  /**
   * At most {@code count} of these images, spread evenly over the split so that files sorted by
   * class still give every class its share.
   *
   * @throws IllegalArgumentException if {@code count} is not positive
   */
  default Images take(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("take(" + count + "): at least one image must be taken");
    }
    return count >= size() ? this : new Subset(this, count);
  }
}
