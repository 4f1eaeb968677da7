package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

/** Against all eigenvalues, in float64, of matrices whose eigenvalues are hard to tell apart. */
class CholeskyBoundTest {

  /** What float64 eigenvalues can be off by. */
  private static final double SPECTRUM_ERROR = 1e-12;

  private static final double TIGHT = 1.0002;

  @Test
  void complexMatricesAreBoundedTightly() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 400; trial++) {
      try (NDManager manager = Tensors.newManager()) {
        int n = random.nextInt(1, 9);
        NDArray gram = gram(random, random.nextInt(1, 6), n, random.nextInt(1, 12), manager);
        check(gram, 0);
        check(gram, random.nextDouble() * largest(gram));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"64, 1", "65, 2", "150, 2", "150, 1"})
  void matricesOfSeveralBlocksAreBoundedTightly(int n, int parts) {
    try (NDManager manager = Tensors.newManager()) {
      NDArray gram = gram(new SplittableRandom(n), 3, n, n + 20, manager);
      check(parts == 2 ? gram : gram.get(":, 0:1"), 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 70})
  void equalEigenvaluesAndZerosAreBounded(int n) {
    try (NDManager manager = Tensors.newManager()) {
      NDArray identity = manager.eye(n, n, 0, DataType.FLOAT64).reshape(1, 1, n, n);
      NDArray zeros = identity.zerosLike();
      NDArray complex = identity.concat(zeros, 1);
      for (double scale : new double[] {1, 1.0 / n, 1e-12, 1e-14}) {
        check(identity.mul(scale / Math.sqrt(n)), 0);
        check(complex.mul(scale / Math.sqrt(n)), 0);
        check(complex.mul(scale / Math.sqrt(n)), 0.7 * scale / Math.sqrt(n));
      }
      assertTrue(CholeskyBound.largest(zeros.concat(zeros, 1), 0).bound() < 1e-100);
    }
  }

  /** The proof must fail where the statement is false, however little. */
  @Test
  void whatLiesBelowAnEigenvalueIsNotProved() {
    SplittableRandom random = new SplittableRandom(2);
    for (int trial = 0; trial < 200; trial++) {
      try (NDManager manager = Tensors.newManager()) {
        int n = trial % 100 == 0 ? 130 : random.nextInt(2, 9);
        NDArray gram = gram(random, 2, n, random.nextInt(1, 2 * n), manager);
        double exact = largest(gram);
        for (double below : new double[] {1e-3, 1e-6, 1e-9, 1e-11}) {
          double bound = CholeskyBound.largest(gram, exact * (1 - below)).bound();
          assertTrue(bound >= exact * (1 - SPECTRUM_ERROR));
        }
        CholeskyBound.Largest known = CholeskyBound.largest(gram, exact * 1.00001);
        assertEquals(new CholeskyBound.Largest(exact * 1.00001, -1), known);
      }
    }
  }

  @Test
  void tellsWhichMatrixHasTheLargest() {
    SplittableRandom random = new SplittableRandom(3);
    try (NDManager manager = Tensors.newManager()) {
      NDArray gram = gram(random, 1, 5, 7, manager).mul(0.5);
      NDArray batch = gram.concat(gram.mul(1.5), 0).concat(gram.mul(1.2), 0);
      assertEquals(1, CholeskyBound.largest(batch, 0).place());
    }
  }

  @Test
  void oneTriangleMayBeRoundedOtherwise() {
    SplittableRandom random = new SplittableRandom(4);
    try (NDManager manager = Tensors.newManager()) {
      NDArray gram = gram(random, 1, 6, 9, manager);
      double[] upper = new double[36];
      Arrays.setAll(upper, k -> k % 6 > k / 6 ? 1e-15 * k : 0);
      NDArray nudge = manager.create(upper, new Shape(6, 6));
      double bound = CholeskyBound.largest(gram.add(nudge), 0).bound();
      assertTrue(bound >= largest(gram) * (1 - 1e-11) && bound <= largest(gram) * TIGHT);
    }
  }

  @Test
  void matricesOfOneEntryAreBoundedByItsSize() {
    try (NDManager manager = Tensors.newManager()) {
      NDArray batch = manager.create(new double[] {0.5, 0, 0.25, 0}, new Shape(2, 2, 1, 1));
      CholeskyBound.Largest largest = CholeskyBound.largest(batch, 0);
      assertEquals(0.5, largest.bound(), 1e-14);
      assertEquals(0, largest.place());
      assertEquals(-1, CholeskyBound.largest(batch, 0.6).place());
    }
  }

  private static void check(NDArray batch, double known) {
    double exact = largest(batch);
    double bound = CholeskyBound.largest(batch, known).bound();
    assertTrue(bound >= exact * (1 - SPECTRUM_ERROR), () -> bound + " is below " + exact);
    assertTrue(bound <= Math.max(known, exact * TIGHT), () -> bound + " is far above " + exact);
  }

  /** Gram matrices of {@code X + i Y}, of Frobenius norm 1. */
  private static NDArray gram(
      SplittableRandom random, int batch, int n, int inner, NDManager manager) {
    Shape shape = new Shape(batch, n, inner);
    NDArray x = manager.create(RandomWeights.gaussian(random, (int) shape.size()), shape);
    NDArray y = manager.create(RandomWeights.gaussian(random, (int) shape.size()), shape);
    NDArray real = x.matMul(x.transpose(0, 2, 1)).add(y.matMul(y.transpose(0, 2, 1)));
    NDArray product = y.matMul(x.transpose(0, 2, 1));
    NDArray gram = real.stack(product.sub(product.transpose(0, 2, 1)), 1);
    return gram.div(gram.norm());
  }

  /** From the real matrices {@code [X -Y; Y X]}. */
  static double largest(NDArray batch) {
    double largest = 0;
    for (int i = 0; i < batch.getShape().get(0); i++) {
      NDArray x = batch.get(i).get(0);
      NDArray y = batch.getShape().get(1) == 1 ? x.zerosLike() : batch.get(i).get(1);
      NDArray both = x.concat(y.neg(), 1).concat(y.concat(x, 1), 0);
      double[] values = Tensors.toDoubles(LinearOperators.singularValues(both));
      largest = Math.max(largest, DoubleStream.of(values).max().orElseThrow());
    }
    return largest;
  }
}
