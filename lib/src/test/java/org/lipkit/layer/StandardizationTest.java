package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;
import org.lipkit.bound.FullSpectrum;
import org.lipkit.tensor.Tensors;

class StandardizationTest {

  private static Standardization layer() {
    return new Standardization(new double[] {0.5, 0.1}, new double[] {0.25, 0.2});
  }

  @Test
  void subtractsMeansAndDividesByDeviations() {
    try (NDManager manager = Tensors.newManager()) {
      Standardization layer = Numerics.initialized(layer(), manager, 2, 1, 2);
      NDArray x = manager.create(new double[] {0.5, 1, 0.1, 0.5}, new Shape(1, 2, 1, 2));
      Numerics.assertClose(new double[] {0, 2, 0, 2}, layer.apply(x).toDoubleArray(), 1e-15);
      assertArrayEquals(
          layer.apply(x).toDoubleArray(), layer.frozen(manager).apply(x).toDoubleArray());
      assertEquals(5, layer.bound(new FullSpectrum()).value(), 1e-14);
      assertEquals(0, layer.parameterCount());
    }
  }

  @Test
  void wrongNumbersAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Standardization(new double[1], new double[] {0}));
    try (NDManager manager = Tensors.newManager()) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> Numerics.initialized(layer(), manager, 3, 1, 1));
      assertTrue(e.getMessage().contains("cannot take 3 channels"), e.getMessage());
    }
  }
}
