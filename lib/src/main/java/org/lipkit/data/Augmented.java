package org.lipkit.data;

import java.util.random.RandomGenerator;

/**
 * A split whose training view shifts and mirrors each image: the image is set into a black frame of
 * {@code padding} pixels, a window of the old size is cut out at random, and half of the windows
 * are mirrored left to right. The evaluation view stays as it is.
 *
 * @param images the split to draw from
 * @param padding largest shift in pixels, in each of the four directions; 0 for none
 * @param flip whether to mirror half of the images
 */
public record Augmented(Images images, int padding, boolean flip) implements ImagesView {

  /**
   * Checks that the padding is not negative.
   *
   * @param images the split to draw from
   * @param padding at least 0
   * @param flip whether to mirror half of the images
   */
  public Augmented {
    if (padding < 0) {
      throw new IllegalArgumentException("padding " + padding + ": it must not be negative");
    }
  }

  @Override
  public void read(int index, RandomGenerator random, float[] into, int offset) {
    if (random == null) {
      images.read(index, null, into, offset);
      return;
    }
    float[] source = new float[values()];
    images.read(index, random, source, 0);
    int down = random.nextInt(2 * padding + 1) - padding;
    int right = random.nextInt(2 * padding + 1) - padding;
    boolean mirrored = flip && random.nextBoolean();
    int at = offset;
    for (int c = 0; c < channels(); c++) {
      for (int y = 0; y < height(); y++) {
        for (int x = 0; x < width(); x++) {
          int row = y + down;
          int column = (mirrored ? width() - 1 - x : x) + right;
          boolean inside = row >= 0 && row < height() && column >= 0 && column < width();
          into[at++] = inside ? source[(c * height() + row) * width() + column] : 0f;
        }
      }
    }
  }
}
