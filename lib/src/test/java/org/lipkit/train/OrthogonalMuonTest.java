package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.tensor.Tensors;

class OrthogonalMuonTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  /** A skew-symmetric 2 x 2 matrix of Frobenius norm 1 has two singular values of 1 / sqrt(2). */
  @Test
  void inThePlaneAStepTurnsByTheLearningRateTimesWhatTheIterationMakesOfASingularValue() {
    double turn = 1 / Math.sqrt(2);
    for (int step = 0; step < 5; step++) {
      turn = 3.4445 * turn - 4.7750 * Math.pow(turn, 3) + 2.0315 * Math.pow(turn, 5);
    }
    double rate = 0.03;
    for (double sign : new double[] {1, -1}) {
      NDArray x = MANAGER.eye(2, 2, 0, DataType.FLOAT64);
      updater(x).step(List.of(gradient(x, sign)), rate, 1);
      assertEquals(sign * rate * turn, angle(x), 2e-5);
    }
  }

  /** After a step of 1 the velocity is 0.95 plus the new one, and a step looks ahead once more. */
  @Test
  void momentumGoesOnWhereAHeavyBallOrNoneWouldTurnElsewhere() {
    for (double second : new double[] {-0.4, -0.5}) {
      NDArray x = MANAGER.eye(2, 2, 0, DataType.FLOAT64);
      Optimizer.Updater updater = updater(x);
      updater.step(List.of(gradient(x, 1)), 0.03, 1);
      double before = angle(x);
      updater.step(List.of(gradient(x, second)), 0.03, 2);
      double ahead = second + 0.95 * (0.95 + second);
      assertEquals(Math.signum(ahead), Math.signum(angle(x) - before), "after " + second);
    }
  }

  private static Optimizer.Updater updater(NDArray x) {
    return new OrthogonalMuon(0.95, new AdamW(0), 1).start(List.of(x));
  }

  /** A gradient at X whose direction on the manifold is a turn of a size, whatever X. */
  private static NDArray gradient(NDArray x, double size) {
    return x.matMul(MANAGER.create(new double[] {7, -size, size, -2}, new Shape(2, 2)));
  }

  private static double angle(NDArray x) {
    return Math.atan2(x.getDouble(0, 1), x.getDouble(0, 0));
  }
}
