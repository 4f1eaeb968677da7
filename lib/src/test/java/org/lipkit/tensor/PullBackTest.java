package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class PullBackTest {

  @Test
  void pullsACotangentBackAndLeavesTheWeightsGradientsAlone() {
    try (NDManager manager = Tensors.newManager()) {
      NDArray w = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
      w.setRequiresGradient(true);
      NDList kept = Gradients.of(new NDList(w), () -> w.square().sum());
      NDArray x = manager.create(new float[] {1, -1, 2}, new Shape(1, 3));
      NDArray c = manager.create(new float[] {10, 1}, new Shape(1, 2));
      NDList found = Gradients.pullBack(x, v -> v.square().matMul(w.transpose()), y -> c);
      assertArrayEquals(new float[] {15, 33}, found.get(0).toFloatArray());
      assertArrayEquals(new float[] {28, -50, 144}, found.get(1).toFloatArray());
      assertArrayEquals(kept.get(1).toFloatArray(), w.getGradient().toFloatArray());
    }
  }

  @Test
  void isZeroWhereTheMapDoesNotDependOnItsArgument() {
    try (NDManager manager = Tensors.newManager()) {
      NDArray x = manager.ones(new Shape(2, 3));
      NDArray y = manager.ones(new Shape(2, 4));
      NDArray w = manager.ones(new Shape(2, 4));
      w.setRequiresGradient(true);
      for (NDArray value : new NDArray[] {y, w}) {
        NDArray gradient = Gradients.pullBack(x, v -> value, v -> v).get(1);
        assertArrayEquals(new float[6], gradient.toFloatArray());
      }
      assertEquals(new Shape(2, 3), x.getShape());
    }
  }
}
