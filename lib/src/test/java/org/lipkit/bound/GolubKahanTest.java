package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.tensor.Tensors;

class GolubKahanTest {

  private static double estimate(NDArray matrix) {
    return GolubKahan.ESTIMATE.norm(new DenseMap(matrix.toType(DataType.FLOAT32, false))).value();
  }

  private static double exact(NDArray matrix) {
    return new FullSpectrum().norm(new DenseMap(matrix)).value();
  }

  @Test
  void findsFourDigitsFromBelow() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 200; trial++) {
      Shape shape = new Shape(random.nextInt(1, 60), random.nextInt(1, 60));
      try (NDManager manager = Tensors.newManager()) {
        NDArray matrix = manager.create(RandomWeights.gaussian(random, (int) shape.size()), shape);
        double exact = exact(matrix);
        assertTrue(estimate(matrix) <= exact * (1 + 1e-5));
        assertEquals(exact, estimate(matrix), 1e-3 * exact, shape::toString);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 31, 32, 40})
  void isBelowTheNormAfterAnyNumberOfSteps(int steps) {
    SplittableRandom random = new SplittableRandom(steps);
    try (NDManager manager = Tensors.newManager()) {
      NDArray matrix = manager.create(RandomWeights.gaussian(random, 1200), new Shape(30, 40));
      LinearMap map = new DenseMap(matrix.toType(DataType.FLOAT32, false));
      double estimate = new GolubKahan(steps, 0).norm(map).value();
      assertTrue(estimate > 0 && estimate <= exact(matrix) * (1 + 1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1e-6, 1e-12})
  void stopsWhereTheSpaceIsUsedUp(double scale) {
    try (NDManager manager = Tensors.newManager()) {
      NDArray identity = manager.eye(7, 7, 0, DataType.FLOAT64).mul(scale);
      assertEquals(scale, estimate(identity), 1e-5 * scale);
      NDArray ones = manager.ones(new Shape(4, 9), DataType.FLOAT64).mul(scale);
      assertEquals(6 * scale, estimate(ones), 1e-5 * scale);
      assertEquals(0, estimate(identity.zerosLike()));
      assertTrue(estimate(identity.mul(1e-45)) >= 0);
    }
  }
}
