package org.lipkit.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.lipkit.data.ImageShape;
import org.lipkit.tensor.LinearOperators;
import org.lipkit.tensor.Tensors;

class LipschitzLowerBoundTest {

  private static final LipschitzLowerBound NEAR = new LipschitzLowerBound(300, 0.01, 0.1);

  private static final double ROUNDING = 1e-5;

  private static NDManager manager;

  @BeforeAll
  static void open() {
    manager = Tensors.newManager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  @Test
  void reachesTheNormsOfALinearMapFromBelow() {
    for (Domain domain : Domain.values()) {
      LinearVictim linear = new LinearVictim(manager, domain, 5, 4);
      double norm =
          Tensors.withoutGradient(
              () -> Tensors.toDouble(LinearOperators.singularValues(linear.weight).max()));
      double network = NEAR.network(linear.victim, linear.images, 1, done -> {});
      assertTrue(network <= norm * (1 + ROUNDING) && network >= 0.99 * norm, network + " " + norm);
      NDArray rows = Tensors.withoutGradient(() -> linear.weight.get(3).sub(linear.weight.get(1)));
      double row = Tensors.toDouble(rows.norm());
      double margin =
          NEAR.marginsAround(linear.victim, 3, linear.images[0], null, Double.POSITIVE_INFINITY, 1)[
              1];
      assertTrue(margin <= row * (1 + ROUNDING) && margin >= 0.99 * row, margin + " " + row);
    }
  }

  /** For y = (|x|^2 / 2, 0) the ratio of a pair is at most ||c|| + r minus half its distance. */
  @Test
  void nearASampleItFindsTheLargestSlopeOfTheBall() {
    UnaryOperator<NDArray> square =
        x -> {
          NDArray flat = x.reshape(x.getShape().get(0), -1);
          NDArray y = flat.square().sum(new int[] {1}, true).mul(Tensors.scalar(x, 0.5));
          return y.concat(y.sub(y), 1);
        };
    Victim victim = new Victim(square, new ImageShape(1, 2, 2), Domain.WHOLE_SPACE);
    float[] centre = {1, -1, 0.5f, 2};
    double length = 2.5;
    LipschitzLowerBound search = new LipschitzLowerBound(600, 0.05, 0.1);
    for (double radius : new double[] {0.1, 0.5, 1}) {
      double found = search.marginsAround(victim, 0, centre, null, radius, 1)[1];
      assertTrue(found <= length + radius - 0.1 / 4 + 1e-4, radius + ": " + found);
      assertTrue(found >= 0.9 * (length + radius - 0.1 / 2), radius + ": " + found);
    }
    float[] partner = {1, -1, 0.5f, 2.4f};
    double shown =
        new LipschitzLowerBound(1, 1e-9, 0.1)
            .marginsAround(victim, 1, centre, partner, 0.4001, 1)[0];
    assertEquals((2.4 + 2) / 2, shown, 1e-5);
    assertEquals(0, search.marginsAround(victim, 1, centre, partner, 0.5, 1)[1]);
    assertThrows(
        IllegalArgumentException.class, () -> NEAR.marginsAround(victim, 0, centre, null, 0.01, 1));
    assertThrows(
        IllegalArgumentException.class, () -> NEAR.marginsAround(victim, 2, centre, null, 1, 1));
  }

  @Test
  void isZeroForAConstant() {
    Victim constant =
        new Victim(
            x -> manager.ones(new Shape(x.getShape().get(0), 3)),
            new ImageShape(1, 2, 2),
            Domain.UNIT_BOX);
    float[][] start = {{0, 0.5f, 1, 0.2f}};
    LipschitzLowerBound search = new LipschitzLowerBound(5, 0.01, 0.1);
    assertEquals(0, search.network(constant, start, 1, done -> {}));
    assertEquals(0, search.marginsAround(constant, 0, start[0], null, 1, 1)[2]);
    assertThrows(
        IllegalArgumentException.class,
        () -> search.marginsAround(constant, 3, start[0], null, 1, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> search.network(constant, new float[0][], 1, done -> {}));
    assertThrows(
        IllegalArgumentException.class,
        () -> search.network(constant, new float[][] {{1}}, 1, done -> {}));
  }
}
