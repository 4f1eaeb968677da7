package org.lipkit.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ObjectiveTest {

  private static final double[] Y = {1.3, -0.4, 2.1, 0.2, 0.9};

  @Test
  void gradientsPointWhereTheValueGrows() {
    for (Objective objective :
        new Objective[] {
          Objective.crossEntropy(2),
          Objective.crossEntropy(1),
          Objective.lead(2),
          Objective.lead(0),
          Objective.targetedRatio(2, 0),
          Objective.targetedRatio(2, 1),
          Objective.targetedRatio(3, 4)
        }) {
      double[] numeric = new double[Y.length];
      for (int i = 0; i < Y.length; i++) {
        double[] up = Y.clone();
        double[] down = Y.clone();
        up[i] += 1e-6;
        down[i] -= 1e-6;
        numeric[i] = (objective.value(up) - objective.value(down)) / 2e-6;
      }
      assertArrayEquals(unit(numeric), unit(objective.gradient(Y)), 1e-6);
    }
  }

  private static double[] unit(double[] a) {
    double norm = Vectors.norm(a);
    double[] unit = a.clone();
    for (int i = 0; i < a.length; i++) {
      unit[i] /= norm;
    }
    return unit;
  }

  @Test
  void crossEntropyDoesNotUnderflowOnCertainSamples() {
    assertArrayEquals(
        new double[] {-1, 1, 0}, Objective.crossEntropy(0).gradient(new double[] {900, 0, -900}));
  }

  @Test
  void equalLogitsGiveNumbers() {
    double[] y = new double[6];
    assertEquals(0, Objective.targetedRatio(0, 1).value(y));
    for (double g : Objective.targetedRatio(0, 1).gradient(y)) {
      assertTrue(Double.isFinite(g));
    }
  }

  @Test
  void fewClassesUseThePlainDifference() {
    assertEquals(-2, Objective.targetedRatio(0, 1).value(new double[] {3, 1, 2}));
    assertArrayEquals(
        new double[] {-1, 1, 0}, Objective.targetedRatio(0, 1).gradient(new double[] {3, 1, 2}));
  }
}
