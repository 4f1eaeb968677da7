package org.lipkit.data;

import org.lipkit.text.Given;

/**
 * The size of an image.
 *
 * @param channels 1 for grey, 3 for red, green and blue; for points, the number of coordinates
 * @param height rows
 * @param width columns
 */
public record ImageShape(int channels, int height, int width) {

  /**
   * Checks that no side is empty and that the values fit into an array.
   *
   * @param channels at least 1
   * @param height at least 1
   * @param width at least 1
   */
  public ImageShape {
    if (channels < 1 || height < 1 || width < 1) {
      throw Given.refused(
          "An image cannot have %s x %s x %s values; give at least one channel, one row and one"
              + " column.",
          channels, height, width);
    }
    if ((long) height * width > Integer.MAX_VALUE / channels) {
      throw Given.refused(
          "An image of %d x %d x %d values does not fit into an array; make it smaller.",
          channels, height, width);
    }
  }

  /** {@return the number of values in one image, channels * height * width} */
  public int values() {
    return channels * height * width;
  }

  /** Such as "3 x 32 x 32". */
  @Override
  public String toString() {
    return channels + " x " + height + " x " + width;
  }
}
