package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.tensor.Tensors;

class AdamWTest {

  @Test
  void stepsFollowTheDefinition() {
    double[] w = {1, -2, 0.5};
    double[][] gradients = {{0.1, -3, 0}, {0.2, 1, -1e-3}, {-0.5, 2, 1e-4}};
    double rate = 0.01;
    double decay = 0.1;
    try (NDManager manager = Tensors.newManager()) {
      NDArray weight = manager.create(w);
      AdamW optimizer = new AdamW(List.of(weight), decay);
      double[] m = new double[3];
      double[] v = new double[3];
      for (int t = 1; t <= gradients.length; t++) {
        double[] g = gradients[t - 1];
        optimizer.step(List.of(manager.create(g)), rate, t);
        for (int i = 0; i < 3; i++) {
          m[i] = 0.9 * m[i] + 0.1 * g[i];
          v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
          double first = m[i] / (1 - Math.pow(0.9, t));
          double second = v[i] / (1 - Math.pow(0.999, t));
          w[i] -= rate * (decay * w[i] + first / (Math.sqrt(second) + 1e-8));
        }
        assertArrayEquals(w, weight.toDoubleArray(), 1e-7);
      }
    }
  }
}
