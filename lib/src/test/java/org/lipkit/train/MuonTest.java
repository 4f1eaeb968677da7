package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lipkit.Numerics;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

class MuonTest {

  private static final NDManager MANAGER = Tensors.newManager();
  private static final Muon MUON = new Muon(0.95, 0, new AdamW(0), 0.1);

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static NDArray weight(long seed, long... shape) {
    return Numerics.gaussian(MANAGER, seed, shape).toType(DataType.FLOAT32, true);
  }

  private static double[] spectrum(NDArray weight) {
    NDArray matrix = weight.reshape(weight.getShape().get(0), -1);
    return Tensors.toDoubles(LinearOperators.singularValues(matrix.toType(DataType.FLOAT64, true)));
  }

  /** Five iterations of the published polynomial, on each singular value alone. */
  private static double iterated(double s) {
    for (int step = 0; step < 5; step++) {
      s = 3.4445 * s - 4.7750 * Math.pow(s, 3) + 2.0315 * Math.pow(s, 5);
    }
    return s;
  }

  @ParameterizedTest
  @CsvSource({"6, 6", "9, 4", "3, 17", "32, 32"})
  void everySingularValueFollowsThePolynomialToNearlyOneAndTheVectorsStay(int rows, int columns) {
    NDArray g = weight(3, rows, columns);
    NDArray step = Muon.orthogonalised(g);
    double norm = Tensors.toDouble(g.norm());
    double[] expected = Arrays.stream(spectrum(g)).map(s -> iterated(s / norm)).sorted().toArray();
    double[] found = spectrum(step);
    Arrays.sort(found);
    assertArrayEquals(expected, found, 1e-4);
    int large = (int) Arrays.stream(spectrum(g)).filter(s -> s > 0.002 * norm).count();
    long close = Arrays.stream(found).filter(s -> s > 0.68 && s < 1.21).count();
    assertTrue(close >= large, () -> Arrays.toString(found));
    // g^T O(g) is symmetric and positive if and only if the singular vectors are the same.
    NDArray product = g.transpose().matMul(step);
    Numerics.assertClose(Tensors.toDoubles(product), Tensors.toDoubles(product.transpose()), 1e-4);
    assertEquals(
        Arrays.stream(spectrum(g)).map(s -> s * iterated(s / norm)).sum(),
        Tensors.toDouble(g.mul(step).sum()),
        1e-3 * norm);
  }

  @Test
  void aZeroGradientMovesNothing() {
    Numerics.assertClose(
        new double[6], Tensors.toDoubles(Muon.orthogonalised(weight(1, 2, 3).mul(0))), 0);
  }

  /** The velocities of a layer whose gradients have vanished fade away, and their squares first. */
  @Test
  void aGradientThatFadesStopsMoving() {
    for (double length : new double[] {1e-12, 1e-23, 1e-30, 1e-37}) {
      double[] moved = Tensors.toDoubles(Muon.orthogonalised(weight(1, 4, 6).mul(length)));
      assertTrue(
          Arrays.stream(moved).allMatch(m -> Math.abs(m) < 0.05), () -> Arrays.toString(moved));
    }
  }

  /** A step moves the spectral norm of W by no more than 1.21 times the learning rate. */
  @Test
  void stepsAreBoundedInTheSpectralNormWhateverTheGradientsLength() {
    for (double length : new double[] {1e-6, 1, 1e6}) {
      NDArray w = weight(5, 8, 2, 3, 3);
      NDArray before = w.duplicate();
      MUON.start(List.of(w)).step(List.of(weight(6, 8, 2, 3, 3).mul(length)), 0.02, 1);
      double[] moved = spectrum(w.sub(before));
      assertTrue(moved[0] < 0.0242 && moved[0] > 0.0136, () -> Arrays.toString(moved));
    }
  }

  @Test
  void matricesAndKernelsAreItsOwnAndTheRestGoesToTheOtherOptimizer() {
    List<Shape> shapes =
        List.of(
            new Shape(4, 3),
            new Shape(3, 2, 3, 3),
            new Shape(5),
            new Shape(5, 1),
            new Shape(5, 1, 1, 1),
            new Shape(2, 3, 3),
            new Shape(1, 7));
    List<NDArray> weights = new ArrayList<>();
    List<NDArray> gradients = new ArrayList<>();
    shapes.forEach(shape -> weights.add(weight(1, shape.getShape())));
    shapes.forEach(shape -> gradients.add(weight(2, shape.getShape())));
    Optimizer.Updater updater = MUON.start(weights);
    assertEquals(
        List.of("muon_velocity_0", "muon_velocity_1"),
        updater.state().keySet().stream().filter(key -> key.startsWith("muon")).toList());
    List<NDArray> expected = new ArrayList<>();
    shapes.subList(2, 7).forEach(shape -> expected.add(weight(1, shape.getShape())));
    Optimizer.Updater adam = new AdamW(0).start(expected);
    for (int t = 1; t <= 3; t++) {
      updater.step(gradients, 0.02, t);
      adam.step(gradients.subList(2, 7), 0.02 * 0.1, t);
    }
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).toFloatArray(), weights.get(i + 2).toFloatArray());
    }
  }

  /** The nearest matrix to T in an ill-conditioned metric: f(W) = ||D (W - T)||_F^2 / 2. */
  @Test
  void descends() {
    NDArray scale = MANAGER.create(new float[] {10, 1, 0.1f, 3}, new Shape(4, 1));
    NDArray target = weight(9, 4, 4);
    NDArray w = weight(8, 4, 4);
    Optimizer.Updater updater = MUON.start(List.of(w));
    double start = Tensors.toDouble(w.sub(target).norm());
    int steps = 400;
    for (int t = 1; t <= steps; t++) {
      NDArray gradient = w.sub(target).mul(scale.square());
      updater.step(List.of(gradient), 0.05 * (1 - t / (steps + 1.0)), t);
    }
    double end = Tensors.toDouble(w.sub(target).norm());
    assertTrue(end < 0.1 * start, () -> "from " + start + " to " + end);
  }

  @Test
  void weightDecayIsMultipliedByTheLearningRate() {
    NDArray w = weight(8, 4, 4);
    double[] before = Tensors.toDoubles(w);
    new Muon(0.95, 0.5, new AdamW(0), 1).start(List.of(w)).step(List.of(w.mul(0)), 0.1, 1);
    Numerics.assertClose(
        Arrays.stream(before).map(v -> v * 0.95).toArray(), Tensors.toDoubles(w), 1e-6);
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Muon(1, 0, new AdamW(0), 1));
    assertThrows(IllegalArgumentException.class, () -> new Muon(0.9, -1, new AdamW(0), 1));
    assertThrows(IllegalArgumentException.class, () -> new Muon(0.9, 0, null, 1));
    assertThrows(IllegalArgumentException.class, () -> new Muon(0.9, 0, new AdamW(0), 0));
  }
}
