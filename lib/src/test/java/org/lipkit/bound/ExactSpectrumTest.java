package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;
import org.lipkit.tensor.Tensors;

class FullSpectrumTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static double norm(LinearMap map) {
    return new FullSpectrum().norm(map).value();
  }

  @Test
  void equalsClosedForms() {
    assertEquals(1, norm(new DenseMap(MANAGER.eye(5, 5, 0, DataType.FLOAT64))), 1e-15);
    assertEquals(0, norm(new DenseMap(MANAGER.zeros(new Shape(2, 3), DataType.FLOAT64))));
    NDArray known = MANAGER.create(new double[] {3, 0, 4, 5}, new Shape(2, 2));
    assertEquals(3 * Math.sqrt(5), norm(new DenseMap(known)), 1e-14);
    NDArray ones = MANAGER.ones(new Shape(4, 9), DataType.FLOAT64);
    assertEquals(6, norm(new DenseMap(ones)), 1e-14);
  }

  @Test
  void theMatrixIsTheTransposeOfTheMaps() {
    NDArray matrix = Numerics.gaussian(MANAGER, 1, 3, 5);
    assertEquals(matrix.transpose(), FullSpectrum.matrix(new DenseMap(matrix), MANAGER));
  }

  /** A second difference on a ring has the eigenvalues 2 - 2 cos(2 pi f / n). */
  @Test
  void equalsTheFourierSpectrumOfARing() {
    int n = 12;
    NDArray eye = MANAGER.eye(n, n, 0, DataType.FLOAT64);
    NDArray next = eye.get("1:").concat(eye.get(":1"));
    NDArray matrix = eye.mul(2).sub(next).sub(next.transpose());
    assertEquals(4, norm(new DenseMap(matrix)), 1e-14);
  }

  /** The block of a LiResNet of width 64 on 16 x 16 pixels, whose matrix would take 2 GiB. */
  @Test
  void mapsWithTooManyInputsAreRefusedBeforeTheyFillTheMemory() {
    LinearMap map = new DiagonalMap(MANAGER.ones(new Shape(64, 1, 1)), new Shape(64, 16, 16));
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> norm(map));
    assertEquals(
        "The full spectrum of a map with 16,384 inputs would take too much memory; it suits maps of"
            + " at most 8,192 inputs, and SoundNorm suits larger ones.",
        refusal.getMessage());
  }
}
