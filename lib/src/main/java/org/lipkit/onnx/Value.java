package org.lipkit.onnx;

/**
 * What a name in a graph stands for. An axis counts from 0; the first one of whatever depends on
 * the image is the batch's, which stays the first and whole.
 */
sealed interface Value permits Constant, Activation, Selection {

  /** In place of the number of samples in a batch. */
  long BATCH = -1;

  /** The length of each axis. */
  long[] shape();

  /** The same entries in another shape. */
  Value reshaped(long... shape);

  /** The entries at some places of an axis. */
  Value selected(int axis, int... places);

  /** The same entries with the axes in another order. */
  Value transposed(int... order);

  /** This value as a layer's input. */
  Activation activation();
}
