package org.lipkit.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.Numerics;
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
    double rate = 0.3;
    for (double sign : new double[] {1, -1}) {
      NDArray x = MANAGER.eye(2, 2, 0, DataType.FLOAT64);
      NDArray g = MANAGER.create(new double[] {7, 0, 4 * sign, -2}, new Shape(2, 2));
      new OrthogonalMuon(0.95, new AdamW(0), 1).start(List.of(x)).step(List.of(g), rate, 1);
      double angle = sign * rate * turn;
      Numerics.assertClose(
          new double[] {Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle)},
          x.toDoubleArray(),
          1e-3);
    }
  }
}
