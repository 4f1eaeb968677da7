package org.lipkit.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.lipkit.tensor.Tensors;

/** Roundings against exact decimal arithmetic. */
class UpwardTest {

  @Test
  void frobeniusNormIsNeverBelowTheExactOne() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 500; trial++) {
      int rows = random.nextInt(1, 9);
      int columns = random.nextInt(1, 9);
      double[] w = RandomWeights.gaussian(random, rows * columns);
      BigDecimal squares = BigDecimal.ZERO;
      for (double entry : w) {
        squares = squares.add(new BigDecimal(entry).pow(2));
      }
      double up;
      try (NDManager manager = Tensors.newManager()) {
        up = Upward.frobenius(manager.create(w, new Shape(1, rows, columns)));
      }
      BigDecimal exact = squares.sqrt(new MathContext(40));
      assertTrue(new BigDecimal(up).compareTo(exact) >= 0);
      assertEquals(exact.doubleValue(), up, 1e-13 * up);
    }
  }

  @Test
  void productErrorCoversCancellation() {
    SplittableRandom random = new SplittableRandom(2);
    for (int trial = 0; trial < 500; trial++) {
      int n = random.nextInt(2, 200);
      double[] a = RandomWeights.gaussian(random, n);
      double[] b = RandomWeights.gaussian(random, n);
      double sum = 0;
      for (int i = 0; i < n - 1; i++) {
        sum += a[i] * b[i];
      }
      b[n - 1] = -sum / a[n - 1];
      BigDecimal exact = BigDecimal.ZERO;
      for (int i = 0; i < n; i++) {
        exact = exact.add(new BigDecimal(a[i]).multiply(new BigDecimal(b[i])));
      }
      try (NDManager manager = Tensors.newManager()) {
        NDArray left = manager.create(a, new Shape(1, 1, n));
        NDArray right = manager.create(b, new Shape(1, n, 1));
        double product = Tensors.toDouble(left.matMul(right));
        double error = Upward.productError(n, Upward.frobenius(left), Upward.frobenius(right), 1);
        BigDecimal gap = new BigDecimal(product).subtract(exact).abs();
        assertTrue(gap.compareTo(new BigDecimal(error)) <= 0);
      }
    }
  }

  @Test
  void gammaIsInfiniteWhereTheTheoryEnds() {
    assertTrue(Upward.gamma(1) > 0x1p-53);
    assertEquals(Double.POSITIVE_INFINITY, Upward.gamma(1L << 53));
  }
}
