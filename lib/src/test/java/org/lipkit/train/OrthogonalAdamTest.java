package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;
import org.lipkit.tensor.Tensors;

class OrthogonalAdamTest {

  private static final NDManager MANAGER = Tensors.newManager();
  private static final OrthogonalAdam ADAM = new OrthogonalAdam(6, new AdamW(0), 1);

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  /** In the plane the only direction is a turn by an angle, and Adam's first step is the rate. */
  @Test
  void inThePlaneTheFirstStepTurnsByTheLearningRateAgainstTheGradient() {
    double rate = 0.3;
    for (double sign : new double[] {1, -1}) {
      NDArray x = MANAGER.eye(2, 2, 0, DataType.FLOAT64);
      NDArray g = MANAGER.create(new double[] {7, 0, 4 * sign, -2}, new Shape(2, 2));
      ADAM.start(List.of(x)).step(List.of(g), rate, 1);
      double angle = sign * rate;
      Numerics.assertClose(
          new double[] {Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle)},
          x.toDoubleArray(),
          1e-3);
    }
  }

  /** Six equal steps in the plane, of which Lookahead keeps half. */
  @Test
  void lookaheadGoesHalfOfTheWayOnTheManifold() {
    NDArray x = MANAGER.eye(2, 2, 0, DataType.FLOAT64);
    Optimizer.Updater updater = ADAM.start(List.of(x));
    for (int t = 1; t <= 6; t++) {
      // A gradient that turns with X is the same direction each time.
      NDArray g = x.matMul(MANAGER.create(new double[] {0, -1, 1, 0}, new Shape(2, 2)));
      updater.step(List.of(g), 0.02, t);
    }
    assertEquals(Math.sin(6 * 0.02 / 2), x.getDouble(0, 1), 1e-5);
    Numerics.assertClose(new double[] {1, 0, 0, 1}, x.transpose().matMul(x).toDoubleArray(), 1e-9);
  }
}
