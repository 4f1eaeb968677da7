package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.tensor.Tensors;

class WeightInitTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static NDArray draw(WeightInit initializer, long... shape) {
    return initializer.draw(new SplittableRandom(1), MANAGER, new Shape(shape), DataType.FLOAT64);
  }

  private static double deviation(NDArray array) {
    return Math.sqrt(array.square().mean().getDouble());
  }

  @Test
  void normalEntriesHaveTheirDeviation() {
    assertEquals(0.3, deviation(draw(WeightInit.gaussian(0.3), 10_000)), 0.01);
    NDArray kernels = draw(WeightInit.LECUN, 40, 10, 5, 5);
    assertEquals(1 / Math.sqrt(250), deviation(kernels), 0.002);
  }

  @Test
  void orthogonalKernelsHaveOrthonormalRowsOrColumns() {
    NDArray wide = draw(WeightInit.ORTHOGONAL, 4, 3, 2, 2).reshape(4, 12);
    assertIdentity(wide.matMul(wide.transpose()), 4);
    NDArray tall = draw(WeightInit.ORTHOGONAL, 9, 2, 2, 1).reshape(9, 4);
    assertIdentity(tall.transpose().matMul(tall), 4);
  }

  private static void assertIdentity(NDArray product, int size) {
    NDArray eye = MANAGER.eye(size, size, 0, DataType.FLOAT64);
    assertTrue(product.sub(eye).abs().max().getDouble() < 1e-13);
  }

  @Test
  void directionsHaveLengthOne() {
    NDArray v = draw(WeightInit.DIRECTION, 1, 2, 3, 4);
    assertEquals(1, v.norm().getDouble(), 1e-14);
  }

  @Test
  void aSeedMeansTheSameInBothPrecisions() {
    NDArray wide = draw(WeightInit.ORTHOGONAL, 5, 7);
    NDArray narrow =
        WeightInit.ORTHOGONAL.draw(
            new SplittableRandom(1), MANAGER, new Shape(5, 7), DataType.FLOAT32);
    assertEquals(wide.toType(DataType.FLOAT32, false), narrow);
  }
}
