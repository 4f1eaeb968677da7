package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** Maps whose norm is found without a large matrix, and matrices that are nearly orthogonal. */
class BlockDiagonalMapTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  @Test
  void eachBlockOfOutputsIsItsMatrixTimesItsBlockOfInputs() {
    NDArray weight = Numerics.gaussian(MANAGER, 1, 3 * 4, 2);
    BlockDiagonalMap map = new BlockDiagonalMap(weight, 3);
    NDArray x = Numerics.gaussian(MANAGER, 2, 5, 3, 2);
    NDArray y = map.apply(x);
    assertEquals(new Shape(5, 3, 4), y.getShape());
    for (int f = 0; f < 3; f++) {
      NDArray matrix = weight.get(4 * f + ":" + (4 * f + 4));
      Numerics.assertClose(
          x.get(":," + f).matMul(matrix.transpose()).toDoubleArray(),
          y.get(":," + f).toDoubleArray(),
          1e-14);
    }
    NDArray other = Numerics.gaussian(MANAGER, 3, 5, 3, 4);
    assertEquals(
        y.mul(other).sum().getDouble(), x.mul(map.adjoint(other)).sum().getDouble(), 1e-12);
  }

  @Test
  void itsNormIsTheLargestOfItsMatrices() {
    NDArray weight = Numerics.gaussian(MANAGER, 4, 3 * 4, 2);
    Bound bound = SoundNorm.TIGHT.norm(new BlockDiagonalMap(weight, 3));
    double largest =
        weight.split(3, 0).stream()
            .mapToDouble(m -> LinearOperators.singularValues(m).getDouble(0))
            .max()
            .orElseThrow();
    assertEquals(Bound.Kind.UPPER, bound.kind());
    assertTrue(bound.value() >= largest && bound.value() < 1.0001 * largest, bound::toString);
  }

  @Test
  void kernelsOfOnePixelHaveTheNormOfTheirMatrixOnImagesOfAnySize() {
    NDArray weight = Numerics.gaussian(MANAGER, 5, 4, 3, 1, 1);
    double exact = LinearOperators.singularValues(weight.reshape(4, 3)).getDouble(0);
    for (int stride = 1; stride <= 2; stride++) {
      ConvolutionMap map = new ConvolutionMap(weight, stride, 0, new Shape(3, 400, 300));
      double bound = SoundNorm.TIGHT.norm(map).value();
      assertTrue(bound >= exact && bound < 1.0001 * exact, () -> bound + " for " + exact);
    }
  }

  /** Orthogonal matrices and multiples of them, rounded to float32: a bound of seven digits. */
  @Test
  void nearlyOrthogonalMatricesAreBoundedByTheirDistanceFromOrthonormal() {
    for (double factor : new double[] {1, 1e-20, 300}) {
      for (int n = 2; n <= 6; n++) {
        NDArray q = LinearOperators.orthonormalColumns(Numerics.gaussian(MANAGER, n, 6, n));
        NDArray rounded = q.mul(factor).toType(DataType.FLOAT32, true);
        NDArray matrix = rounded.toType(DataType.FLOAT64, true);
        Bound bound = SoundNorm.TIGHT.norm(new DenseMap(matrix));
        double[] entries = matrix.toDoubleArray();
        assertTrue(bound.method().contains("distance from orthonormal"), bound::method);
        assertTrue(ExactNorm.isBelow(entries, 6, n, bound.value()), bound::toString);
        assertFalse(ExactNorm.isBelow(entries, 6, n, bound.value() * (1 - 1e-6)));
      }
    }
  }
}
