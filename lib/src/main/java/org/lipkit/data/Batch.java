package org.lipkit.data;

import java.util.Arrays;
import java.util.stream.IntStream;

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
