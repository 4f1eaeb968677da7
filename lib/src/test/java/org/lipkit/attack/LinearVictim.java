package org.lipkit.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import org.lipkit.data.ImageShape;
import org.lipkit.tensor.ArgMax;
import org.lipkit.tensor.Tensors;

/** A linear classifier of grey images, whose boundaries are known. */
final class LinearVictim {

  static final int SIDE = 6;

  final Victim victim;
  final float[][] images;
  final int[] labels;
  final double[] distances;
  final NDArray weight;
  private final double[][] rows;

  LinearVictim(NDManager manager, Domain domain, int classes, int samples) {
    rows = new double[classes][SIDE * SIDE];
    SplittableRandom random = new SplittableRandom(7);
    Shape shape = new Shape(classes, SIDE * SIDE);
    weight = Tensors.gaussian(manager, random, shape, DataType.FLOAT32);
    weight.setRequiresGradient(true);
    double[] entries = Tensors.toDoubles(weight);
    for (int j = 0; j < classes; j++) {
      System.arraycopy(entries, j * SIDE * SIDE, rows[j], 0, SIDE * SIDE);
    }
    victim =
        new Victim(
            x -> x.reshape(x.getShape().get(0), -1).sub(0.5f).matMul(weight.transpose()),
            new ImageShape(1, SIDE, SIDE),
            domain);
    images = new float[samples][SIDE * SIDE];
    labels = new int[samples];
    distances = new double[samples];
    for (int n = 0; n < samples; n++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        images[n][i] = (float) random.nextDouble(0.35, 0.65);
      }
      locate(n);
    }
  }

  /** The predicted class and the exact distance to the nearest boundary. */
  private void locate(int n) {
    double[] y = new double[rows.length];
    for (int j = 0; j < rows.length; j++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        y[j] += rows[j][i] * (images[n][i] - 0.5);
      }
    }
    labels[n] = ArgMax.of(y);
    distances[n] = Double.POSITIVE_INFINITY;
    for (int j = 0; j < rows.length; j++) {
      if (j != labels[n]) {
        double[] normal = new double[SIDE * SIDE];
        for (int i = 0; i < normal.length; i++) {
          normal[i] = rows[labels[n]][i] - rows[j][i];
        }
        distances[n] = Math.min(distances[n], (y[labels[n]] - y[j]) / Vectors.norm(normal));
      }
    }
  }
}
