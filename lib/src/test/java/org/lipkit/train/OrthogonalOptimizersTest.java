package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lipkit.Numerics;
import org.lipkit.layer.Classifier;
import org.lipkit.model.Models;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

class OrthogonalOptimizersTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  static List<Optimizer> optimizers() {
    return List.of(
        new OrthogonalAdam(6, new Sgd(0, false, 0), 0.5),
        new OrthogonalMuon(0.95, new Sgd(0, false, 0), 0.5));
  }

  private static NDArray skew(long seed, int n, double length) {
    NDArray a = Numerics.gaussian(MANAGER, seed, n, n);
    NDArray s = a.sub(a.transpose());
    return s.mul(length / s.norm().getDouble());
  }

  private static NDArray orthogonal(long seed, int n, DataType type) {
    return LinearOperators.orthonormalColumns(Numerics.gaussian(MANAGER, seed, n, n))
        .toType(type, true);
  }

  /** exp(A) by 2^10-fold squaring of a long Taylor series, in float64. */
  private static NDArray exponential(NDArray a) {
    int n = (int) a.getShape().get(0);
    NDArray small = a.div(1024);
    NDArray sum = MANAGER.eye(n, n, 0, DataType.FLOAT64);
    NDArray term = sum;
    for (int k = 1; k <= 12; k++) {
      term = term.matMul(small).div(k);
      sum = sum.add(term);
    }
    for (int square = 0; square < 10; square++) {
      sum = sum.matMul(sum);
    }
    return sum;
  }

  private static double error(NDArray x) {
    NDArray wide = x.toType(DataType.FLOAT64, true);
    int n = (int) x.getShape().get(0);
    return wide.transpose()
        .matMul(wide)
        .sub(MANAGER.eye(n, n, 0, DataType.FLOAT64))
        .norm()
        .getDouble();
  }

  /** The series' error is its first term that is left out, or there is none. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.03, 0.0499, 0.06, 0.24, 0.26, 0.9, 1.1, 4, 30})
  void turnsByTheExponential(double size) {
    int terms = size < 0.05 ? 2 : size < 0.25 ? 3 : size < 1 ? 4 : 99;
    double left = 1;
    for (int k = 1; k <= terms + 1; k++) {
      left *= size / k;
    }
    NDArray x = orthogonal(1, 5, DataType.FLOAT64);
    NDArray a = skew(2, 5, size);
    double found = x.matMul(exponential(a)).sub(Orthogonal.turned(x, a)).norm().getDouble();
    assertTrue(found <= left + 1e-11, () -> "error " + found);
  }

  @Test
  void thePolarStepIsTheNearestOrthogonalMatrixToSecondOrder() {
    NDArray x = orthogonal(3, 6, DataType.FLOAT64);
    NDArray noise = Numerics.gaussian(MANAGER, 4, 6, 6);
    NDArray symmetric = noise.add(noise.transpose());
    NDArray off = x.add(x.matMul(symmetric.mul(1e-4 / symmetric.norm().getDouble())));
    assertTrue(error(off) > 1e-4);
    NDArray back = Orthogonal.polar(off);
    assertTrue(error(back) < 1e-7);
    assertTrue(back.sub(x).norm().getDouble() < 1e-7);
  }

  /** Small steps and large ones, of every order of the series, on random gradients. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void staysOrthogonalOverTenThousandSteps(Optimizer optimizer) {
    NDArray small = orthogonal(1, 4, DataType.FLOAT32);
    NDArray large = orthogonal(2, 9, DataType.FLOAT32);
    List<NDArray> weights = List.of(small, large);
    Optimizer.Updater updater = optimizer.start(weights);
    double[] rates = {1e-3, 0.02, 0.1, 0.5};
    double worst = 0;
    for (int t = 1; t <= 10_000; t++) {
      int time = t;
      Tensors.scoped(
          () -> {
            NDArray first = random(3L * time, 4);
            NDArray second = random(3L * time + 1, 9);
            updater.step(List.of(first, second), rates[time / 7 % 4], time);
            return null;
          });
      if (t % 50 == 0) {
        worst = Math.max(worst, Tensors.scoped(() -> Math.max(error(small), error(large))));
      }
    }
    double found = worst;
    assertTrue(found < 1e-5, () -> "error " + found);
  }

  private static NDArray random(long seed, int n) {
    return Numerics.gaussian(MANAGER, seed, n, n).toType(DataType.FLOAT32, true);
  }

  /** The distance to another rotation, ||X - T||_F^2 / 2, whose minimum is 0. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void descendsToAnotherRotation(Optimizer optimizer) {
    NDArray x = orthogonal(5, 6, DataType.FLOAT64);
    NDArray target = x.matMul(exponential(skew(6, 6, 2)));
    Optimizer.Updater updater = optimizer.start(List.of(x));
    double before = x.sub(target).norm().getDouble();
    int steps = 600;
    for (int t = 1; t <= steps; t++) {
      updater.step(List.of(x.sub(target)), 0.02 * (1 - t / (steps + 1.0)), t);
    }
    double after = x.sub(target).norm().getDouble();
    assertTrue(after < 1e-2 * before, () -> before + " to " + after);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void takesTheRotationsOfANetworkAndGivesTheRestAway(Optimizer optimizer) {
    Classifier net =
        Models.create("LipNeXt L2 W8", 8, 3, 1)
            .initialize(MANAGER, DataType.FLOAT32, new Shape(3, 8, 8));
    Optimizer.Updater updater = optimizer.start(net);
    String remembered = "orthogonal_(slow|velocity)_\\d";
    assertEquals(4, updater.state().keySet().stream().filter(k -> k.matches(remembered)).count());
    List<NDArray> weights = net.trainable();
    List<NDArray> gradients = weights.stream().map(w -> w.onesLike()).toList();
    List<float[]> before = weights.stream().map(NDArray::toFloatArray).toList();
    Tensors.withoutGradient(
        () -> {
          updater.step(gradients, 0.1, 1);
          return null;
        });
    for (int i = 0; i < weights.size(); i++) {
      float[] after = weights.get(i).toFloatArray();
      boolean isRotation = weights.get(i).getShape().equals(new Shape(8, 8));
      if (isRotation) {
        assertTrue(error(weights.get(i)) < 1e-5);
        assertFalse(Arrays.equals(before.get(i), after));
      } else {
        for (int k = 0; k < after.length; k++) {
          assertEquals(before.get(i)[k] - 0.05f, after[k], 1e-6);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void goesOnFromItsStateAsIfUnbroken(Optimizer optimizer) {
    NDArray whole = orthogonal(5, 4, DataType.FLOAT32);
    NDArray broken = whole.duplicate();
    Optimizer.Updater unbroken = optimizer.start(List.of(whole));
    Optimizer.Updater first = optimizer.start(List.of(broken));
    for (int t = 1; t <= 9; t++) {
      unbroken.step(List.of(random(t, 4)), 0.03, t);
    }
    for (int t = 1; t <= 4; t++) {
      first.step(List.of(random(t, 4)), 0.03, t);
    }
    Optimizer.Updater second = optimizer.start(List.of(broken));
    second.state().forEach((key, array) -> Tensors.copy(first.state().get(key), array));
    for (int t = 5; t <= 9; t++) {
      second.step(List.of(random(t, 4)), 0.03, t);
    }
    assertArrayEquals(whole.toFloatArray(), broken.toFloatArray());
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void whatIsNotOrthogonalIsRefused(Optimizer optimizer) {
    NDArray twice = orthogonal(1, 3, DataType.FLOAT32).mul(2);
    Exception refusal =
        assertThrows(IllegalArgumentException.class, () -> optimizer.start(List.of(twice)));
    assertTrue(refusal.getMessage().contains("orthogonal matrices only"), refusal.getMessage());
    for (NDArray none :
        List.of(
            MANAGER.ones(new Shape(3)),
            MANAGER.ones(new Shape(2, 3)),
            MANAGER.full(new Shape(2, 2), Float.NaN))) {
      assertThrows(IllegalArgumentException.class, () -> optimizer.start(List.of(none)));
    }
  }

  @Test
  void wrongNumbersAreRefused() {
    Optimizer rest = new AdamW(0);
    assertThrows(IllegalArgumentException.class, () -> new OrthogonalAdam(0, rest, 1));
    assertThrows(IllegalArgumentException.class, () -> new OrthogonalAdam(1, null, 1));
    assertThrows(IllegalArgumentException.class, () -> new OrthogonalAdam(1, rest, 0));
    assertThrows(IllegalArgumentException.class, () -> new OrthogonalMuon(1, rest, 1));
    assertThrows(IllegalArgumentException.class, () -> new OrthogonalMuon(-0.1, rest, 1));
    assertThrows(IllegalArgumentException.class, () -> new OrthogonalMuon(0, rest, 0));
    assertThrows(IllegalArgumentException.class, () -> new OrthogonalMuon(0, null, 1));
    assertThrows(IllegalArgumentException.class, () -> new OrthogonalMuon(0, rest, Double.NaN));
  }
}
