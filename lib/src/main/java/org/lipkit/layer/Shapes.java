package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.lipkit.text.Given;

/** Checks of shapes and sizes, with one sentence for what is wrong. Shapes are of one input. */
public final class Shapes {

  private Shapes() {}

  /**
   * Refuses inputs of another rank.
   *
   * @param layer the layer's name
   * @param input the shape of one input
   * @param rank the number of axes that it must have
   * @param expected the shape that it must have, in words
   * @param advice what to do otherwise
   */
  public static void requireRank(
      String layer, Shape input, int rank, String expected, String advice) {
    if (input.dimension() != rank) {
      throw new IllegalArgumentException(
          layer + " takes inputs of shape " + expected + ", not " + input + "; " + advice + ".");
    }
  }

  /**
   * Refuses what is no image.
   *
   * @param layer the layer's name
   * @param input the shape of one input
   */
  public static void requireImages(String layer, Shape input) {
    requireRank(layer, input, 3, "(C, H, W)", "put it before the Flatten");
  }

  /**
   * Refuses inputs without a channel axis.
   *
   * @param layer the layer's name
   * @param input the shape of one input
   */
  public static void requireChannels(String layer, Shape input) {
    if (input.dimension() < 1) {
      throw new IllegalArgumentException(
          layer + " takes inputs of shape (C, ...), not " + input + ".");
    }
  }

  /**
   * Refuses inputs whose shape is not the one that a layer and its bound are for.
   *
   * @param layer the layer's name
   * @param expected the shape of one input
   * @param x the inputs, (N, ...)
   */
  public static void requireInput(String layer, Shape expected, NDArray x) {
    Shape found = x.getShape().slice(1);
    if (!found.equals(expected)) {
      throw Given.refused(
          "This %s and its bounds are for inputs of shape %s, not %s; resize the inputs or lay"
              + " a new one out for theirs.",
          layer, expected, found);
    }
  }

  /**
   * {@return one number per channel in a shape that spreads over an input, (C, 1, ...)}
   *
   * @param values (C)
   * @param input the shape of one input, (C, ...)
   */
  public static NDArray perChannel(NDArray values, Shape input) {
    long[] shape = new long[input.dimension()];
    Arrays.fill(shape, 1);
    shape[0] = values.size();
    return values.reshape(shape);
  }

  /** Refuses arrays that are empty, or have more entries than an array can have. */
  static void requireRoom(String layer, String role, Shape shape) {
    double entries = 1;
    for (long length : shape.getShape()) {
      entries *= length < 1 ? Double.NaN : length;
    }
    if (!(entries <= Integer.MAX_VALUE)) {
      throw Given.refused(
          "%s cannot have %s of shape %s; every axis needs a length of at least 1, and all of"
              + " them together at most %d entries.",
          layer, role, shape, Integer.MAX_VALUE);
    }
  }

  /**
   * Refuses NaN and infinity.
   *
   * @param name what the number is
   * @param value the number
   * @return the number
   */
  public static double requireFinite(String name, double value) {
    if (!Float.isFinite((float) value)) {
      throw new IllegalArgumentException(
          name + " must be a finite number in float32, not " + value + ".");
    }
    return value;
  }

  /**
   * Refuses a number that is too small.
   *
   * @param name what the number is
   * @param value the number
   * @param least the smallest that will do
   */
  public static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + " must be at least " + least + ", not " + value + ".");
    }
  }

  /**
   * Refuses a length that does not divide.
   *
   * @param layer the layer's name
   * @param axis what the length counts
   * @param length the length
   * @param factor what it must be a multiple of
   */
  public static void requireMultiple(String layer, String axis, long length, int factor) {
    if (length % factor != 0) {
      throw Given.refused(
          "%s needs a number of %s that is a multiple of %d, not %d.", layer, axis, factor, length);
    }
  }
}
