package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.function.Supplier;
import org.lipkit.tensor.Precision;
import org.lipkit.tensor.Tensors;

/**
 * The float32 numbers that a layer's forward pass computes with, taken as exact.
 *
 * @param layer the layer's name, for messages
 * @param current gives the numbers as they are now
 * @param then what they were, in FLOAT64
 */
record ExactWeight(String layer, Supplier<NDArray> current, NDArray then) {

  static ExactWeight of(String layer, Supplier<NDArray> current, NDManager manager) {
    NDArray now = current.get();
    Precision.requireFloat32(layer, now);
    double[] entries = Tensors.toDoubles(now);
    for (double entry : entries) {
      if (!Double.isFinite(entry)) {
        throw new IllegalArgumentException(
            layer
                + " has a weight of "
                + entry
                + ", so nothing can be certified; load an earlier"
                + " checkpoint.");
      }
    }
    return new ExactWeight(
        layer, current, Tensors.ofDoubles(manager, entries, now.getShape(), DataType.FLOAT64));
  }

  /**
   * The numbers.
   *
   * @return in FLOAT64
   * @throws IllegalStateException if they are no longer the layer's
   */
  NDArray unchanged() {
    if (!current.get().toType(DataType.FLOAT64, true).contentEquals(then)) {
      throw new IllegalStateException(
          "The weights of "
              + layer
              + " are others than those that its bounds were computed from; make a new certifier"
              + " after the last change.");
    }
    return then;
  }
}
