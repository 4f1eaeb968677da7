package org.lipkit.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.lipkit.text.Given;

/**
 * Some images side by side.
 *
 * @param pixels size * channels * height * width values in [0, 1], image after image
 * @param labels the class of each image
 * @param size how many images
 * @param channels colour planes of an image
 * @param height rows of an image
 * @param width columns of an image
 */
public record Batch(float[] pixels, int[] labels, int size, int channels, int height, int width) {

  /**
   * Checks that nothing is missing.
   *
   * @param pixels size * channels * height * width values in [0, 1], image after image
   * @param labels the class of each image
   * @param size at least 1
   * @param channels colour planes of an image
   * @param height rows of an image
   * @param width columns of an image
   * @throws IllegalArgumentException if there are not as many values and labels as the numbers say
   */
  public Batch {
    long values = (long) size * new ImageShape(channels, height, width).values();
    if (size < 1
        || Given.notNull("The pixels", pixels).length != values
        || Given.notNull("The labels", labels).length != size) {
      throw Given.refused(
          "A batch of %d images of %d x %d x %d values needs at least one image, one label for"
              + " each and all their values.",
          size, channels, height, width);
    }
  }

  /** {@return copies of the images, each channels * height * width values} */
  public float[][] images() {
    int length = pixels.length / size;
    return IntStream.range(0, size)
        .mapToObj(n -> Arrays.copyOfRange(pixels, n * length, (n + 1) * length))
        .toArray(float[][]::new);
  }

  /**
   * {@return the same samples with other images}
   *
   * @param images one for each sample, of channels * height * width values
   */
  public Batch withImages(float[][] images) {
    float[] joined = new float[pixels.length];
    int length = pixels.length / size;
    for (int n = 0; n < size; n++) {
      System.arraycopy(images[n], 0, joined, n * length, length);
    }
    return new Batch(joined, labels, size, channels, height, width);
  }
}
