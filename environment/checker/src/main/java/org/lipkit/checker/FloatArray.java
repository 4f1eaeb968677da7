package org.lipkit.checker;

/**
 * An array of float32 numbers.
 *
 * @param shape the axes' lengths
 * @param values the entries, the last axis fastest
 */
public record FloatArray(int[] shape, float[] values) {

  /** The entries as doubles, a row for each place on the first axis. */
  double[][] rows() {
    int width = values.length / shape[0];
    double[][] rows = new double[shape[0]][width];
    for (int k = 0; k < values.length; k++) {
      rows[k / width][k % width] = values[k];
    }
    return rows;
  }

  /** The entries as doubles. */
  double[] flat() {
    double[] flat = new double[values.length];
    for (int k = 0; k < flat.length; k++) {
      flat[k] = values[k];
    }
    return flat;
  }
}
