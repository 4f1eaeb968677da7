package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.lipkit.Numerics;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

class PowerIterationTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  private static double norm(NDArray matrix) {
    return PowerIteration.PUBLISHED.norm(new DenseMap(matrix)).value();
  }

  private static NDArray diagonal(double... entries) {
    NDArray eye = MANAGER.eye(entries.length, entries.length, 0, DataType.FLOAT64);
    return eye.mul(MANAGER.create(entries));
  }

  @Example
  void findsTheLargestEntryOfADiagonal() {
    assertEquals(3, norm(diagonal(1, -3, 2, 0)), 1e-12);
  }

  @Example
  void anOrthogonalMapHasNormOne() {
    NDArray q = LinearOperators.orthonormalColumns(Numerics.gaussian(MANAGER, 1, 7, 7));
    assertEquals(1, norm(q), 1e-13);
  }

  @Example
  void theZeroMapHasNormZero() {
    assertEquals(0, norm(MANAGER.zeros(new Shape(3, 4), DataType.FLOAT64)));
  }

  @Example
  void rankOneIsTheProductOfTwoLengths() {
    NDArray u = MANAGER.create(new double[] {1, 2, 2}, new Shape(3, 1));
    NDArray v = MANAGER.create(new double[] {3, 4}, new Shape(1, 2));
    assertEquals(15, norm(u.matMul(v)), 1e-13);
  }

  @Property(tries = 30)
  void scalesWithTheMap(@ForAll @IntRange(min = -45, max = 38) int exponent) {
    double scale = Math.pow(10, exponent);
    assertEquals(3 * scale, norm(diagonal(3, 1, 2).mul(scale)), 1e-12 * scale);
  }

  @Property(tries = 30)
  void approachesTheExactNormFromBelow(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 9) int columns,
      @ForAll @IntRange(min = 1, max = 30) int iterations,
      @ForAll long seed) {
    LinearMap map = new DenseMap(Numerics.gaussian(MANAGER, seed, rows, columns));
    double exact = new FullSpectrum().norm(map).value();
    double before = 0;
    for (int more : new int[] {iterations, 2 * iterations, 500}) {
      double estimate = new PowerIteration(more, 0).norm(map).value();
      assertTrue(estimate <= exact * (1 + 1e-12));
      assertTrue(estimate >= before * (1 - 1e-12));
      before = estimate;
    }
  }

  /** Without a gap below the largest singular value no number of iterations is enough. */
  @Property(tries = 30)
  void reachesTheNormWhereTheLargestSingularValueStandsOut(
      @ForAll @IntRange(min = 1, max = 9) int size, @ForAll long seed) {
    NDArray a = Numerics.gaussian(MANAGER, seed, size, size);
    double norm = new FullSpectrum().norm(new DenseMap(a)).value();
    NDArray largest = MANAGER.ones(new Shape(1, 1), a.getDataType()).mul(2 * norm);
    NDArray zeros = MANAGER.zeros(new Shape(1, size), a.getDataType());
    NDArray below = MANAGER.zeros(new Shape(size, 1), a.getDataType()).concat(a, 1);
    assertEquals(2 * norm, norm(largest.concat(zeros, 1).concat(below, 0)), 1e-9 * norm);
  }

  @Example
  void isAnEstimateAndTheSameEveryTime() {
    LinearMap map = new DenseMap(Numerics.gaussian(MANAGER, 2, 20, 30));
    Bound bound = PowerIteration.QUICK.norm(map);
    assertEquals(Bound.Kind.ESTIMATE, bound.kind());
    assertEquals(bound, PowerIteration.QUICK.norm(map));
  }

  @Example
  void aMapWithNansIsRefused() {
    NDArray broken = diagonal(1, Double.NaN);
    assertThrows(IllegalArgumentException.class, () -> norm(broken));
  }

  @Property(tries = 20)
  void stepsHaveLengthOneWhateverTheMap(@ForAll @IntRange(min = -45, max = 9) int exponent) {
    for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
      LinearMap map =
          new DenseMap(diagonal(3, 0, 2).mul(Math.pow(10, exponent)).toType(type, true));
      NDArray v = MANAGER.create(new double[] {0.6, 0, 0.8}, new Shape(1, 3)).toType(type, true);
      for (int i = 0; i < 3; i++) {
        v = PowerIteration.step(map, v);
        assertEquals(1, Tensors.toDouble(v.norm()), 1e-6);
      }
    }
  }

  @Example
  void aVectorThatTheMapSendsToZeroStays() {
    LinearMap map = new DenseMap(diagonal(3, 0));
    NDArray v = MANAGER.create(new double[] {0, 1}, new Shape(1, 2));
    assertEquals(v, PowerIteration.step(map, v));
  }

  @Example
  void senselessSettingsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PowerIteration(0, 0));
    assertThrows(IllegalArgumentException.class, () -> new PowerIteration(1, -1e-9));
    assertThrows(IllegalArgumentException.class, () -> new PowerIteration(1, Double.NaN));
  }
}
