package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;

class HalvesTest {

  @Test
  void areSortedAgainstEachOtherInAnyLayout() {
    try (NDManager manager = Tensors.newManager()) {
      NDArray images = Numerics.gaussian(manager, 1, 2, 6, 3, 4);
      for (NDArray x :
          new NDArray[] {images, Tensors.channelsLast(images), images.reshape(4, 36)}) {
        NDList halves = x.split(2, 1);
        NDArray most = NDArrays.maximum(halves.get(0), halves.get(1));
        NDArray least = NDArrays.minimum(halves.get(0), halves.get(1));
        assertEquals(most.concat(least, 1), Halves.sorted(x));
      }
      images.setRequiresGradient(true);
      assertFalse(Gradients.dependsOnLeaves(Halves.sorted(images)));
    }
  }
}
