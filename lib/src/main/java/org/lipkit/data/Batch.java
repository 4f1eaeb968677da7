package org.lipkit.data;

/**
 * Some images side by side.
 *
 * @param pixels size * channels * height * width values in [0, 1], image after image
 * @param labels the class of each image
 * @param size how many images
 * @param channels colour planes an image
 * @param height rows an image
 * @param width columns an image
 */
public record Batch(float[] pixels, int[] labels, int size, int channels, int height, int width) {}
