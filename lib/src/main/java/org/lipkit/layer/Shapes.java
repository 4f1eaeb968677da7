package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** Checks of shapes and sizes, with one sentence for what is wrong. */
final class Shapes {

  private Shapes() {}

  static void requireRank(String layer, Shape input, int rank, String expected) {
    if (input.dimension() != rank) {
      throw new IllegalArgumentException(
          layer + " takes inputs of shape " + expected + ", not " + input + ".");
    }
  }

  static void requireImages(String layer, Shape input) {
    requireRank(layer, input, 4, "(N, C, H, W)");
  }

  static void requireChannels(String layer, Shape input) {
    if (input.dimension() < 2) {
      throw new IllegalArgumentException(
          layer + " takes inputs of shape (N, C, ...), not " + input + ".");
    }
  }

  /** One number a channel, (C), in the shape (C, 1, ...) that spreads over an input (C, ...). */
  static NDArray perChannel(NDArray values, Shape input) {
    long[] shape = new long[input.dimension()];
    Arrays.fill(shape, 1);
    shape[0] = values.size();
    return values.reshape(shape);
  }

  static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + " must be at least " + least + ", not " + value + ".");
    }
  }

  /** The length of a windowed axis, refused when the window does not fit. */
  static long windows(String layer, long length, int kernel, int stride, int padding) {
    long room = length + 2L * padding - kernel;
    if (room < 0) {
      throw new IllegalArgumentException(
          String.format(
              "%s with a window of %d and padding %d does not fit an input of %d pixels; use a"
                  + " smaller window or a larger image.",
              layer, kernel, padding, length));
    }
    return room / stride + 1;
  }
}
