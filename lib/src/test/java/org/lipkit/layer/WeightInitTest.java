package org.lipkit.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;
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

  /**
   * The distance of the empirical distribution from the even one on [-r, r) exceeds 1.95 / sqrt(n)
   * once in a thousand draws (Kolmogorov).
   */
  private static void assertEven(double r, NDArray drawn) {
    double[] sorted = drawn.toDoubleArray();
    Arrays.sort(sorted);
    int n = sorted.length;
    for (int i = 0; i < n; i++) {
      double share = (sorted[i] + r) / (2 * r);
      assertTrue(share >= 0 && share < 1, () -> "outside of [-r, r)");
      assertEquals((i + 0.5) / n, share, 1.95 / Math.sqrt(n) + 0.5 / n);
    }
  }

  @Test
  void pyTorchsWeightsAndBiasesAreEvenlyDistributed() {
    assertEven(1 / Math.sqrt(20), draw(WeightInit.PYTORCH, 100, 20));
    assertEven(1 / Math.sqrt(45), draw(WeightInit.PYTORCH, 40, 5, 3, 3));
    assertEven(1 / Math.sqrt(45), draw(WeightInit.PYTORCH.bias(new Shape(900, 5, 3, 3)), 900));
    assertEven(0.7, draw(WeightInit.uniform(0.7), 1000));
    double[] zeros = draw(WeightInit.ORTHOGONAL.bias(new Shape(5, 5)), 5).toDoubleArray();
    assertArrayEquals(new double[5], zeros);
  }

  @Test
  void aLayersBiasBeginsAsItsFirstWeightsSay() {
    WeightInit mixed = WeightInit.ORTHOGONAL.withBiasesOf(WeightInit.PYTORCH);
    Convolution convolution = new Convolution(600, 3, 1, 1, 4, mixed);
    Numerics.initialized(Numerics.seeded(2, convolution), MANAGER, 8, 4, 4);
    assertEven(1 / Math.sqrt(18), convolution.bias());
    NDArray rows = convolution.weight().reshape(600, 18);
    assertIdentity(rows.transpose().matMul(rows), 18);
    Dense dense = new Dense(500, WeightInit.PYTORCH);
    Numerics.initialized(Numerics.seeded(3, dense), MANAGER, 7);
    assertEven(1 / Math.sqrt(7), dense.bias());
    assertEven(1 / Math.sqrt(7), dense.weight());
    Dense plain = Numerics.initialized(new Dense(3, WeightInit.LECUN), MANAGER, 7);
    assertArrayEquals(new double[3], plain.bias().toDoubleArray());
    Dense head = new NormalizedDense(500, WeightInit.PYTORCH);
    Numerics.initialized(Numerics.seeded(4, head), MANAGER, 7);
    assertEven(1 / Math.sqrt(7), head.bias());
    Convolution normalized = new NormalizedConvolution(5, 3, 1, 1, WeightInit.PYTORCH);
    Numerics.initialized(normalized, MANAGER, 3, 4, 4);
    assertArrayEquals(new double[5], normalized.bias().toDoubleArray());
    assertThrows(IllegalArgumentException.class, () -> mixed.withBiasesOf(null));
    assertThrows(IllegalArgumentException.class, () -> WeightInit.uniform(Double.NaN));
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
