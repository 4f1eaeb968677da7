package org.lipkit.checker;

import java.util.Arrays;

/**
 * A matrix that stores, row by row, the entries that may differ from 0.
 *
 * <p>Images are vectors with a pixel's channels side by side, entry {@code (y side + x) channels +
 * c}. So the entries that a convolution combines stand near each other, and the products of a
 * matrix with its transpose are banded, which {@link NormBound} needs.
 */
final class Matrix {

  private final int width;
  private final int[][] columns;
  private final double[][] values;

  private Matrix(int width, int[][] columns, double[][] values) {
    this.width = width;
    this.columns = columns;
    this.values = values;
  }

  /**
   * A matrix that multiplies each entry with a number of its channel.
   *
   * @param factors one per channel, or one for all
   */
  static Matrix diagonal(int n, double... factors) {
    double[][] entries = new double[n][1];
    int[][] places = new int[n][1];
    for (int i = 0; i < n; i++) {
      entries[i][0] = factors[i % factors.length];
      places[i][0] = i;
    }
    return new Matrix(n, places, entries);
  }

  /**
   * The sums of square windows that do not overlap, channel by channel.
   *
   * @param side the images' side, a multiple of the window's
   */
  static Matrix sums(int channels, int window, int side) {
    int outside = side / window;
    int[][] places = new int[outside * outside * channels][window * window];
    double[][] ones = new double[places.length][window * window];
    for (int row = 0; row < places.length; row++) {
      int top = row / channels / outside * window;
      int left = row / channels % outside * window;
      Arrays.fill(ones[row], 1);
      for (int k = 0; k < places[row].length; k++) {
        int pixel = (top + k / window) * side + left + k % window;
        places[row][k] = pixel * channels + row % channels;
      }
    }
    return new Matrix(side * side * channels, places, ones);
  }

  /**
   * A matrix from the entries that may differ from 0.
   *
   * @param width how many columns there are
   * @param columns row by row, where the entries are
   * @param values row by row, what they are
   */
  static Matrix of(int width, int[][] columns, double[][] values) {
    return new Matrix(width, columns, values);
  }

  static Matrix dense(double[][] rows) {
    int[] all = new int[rows[0].length];
    Arrays.setAll(all, k -> k);
    int[][] columns = new int[rows.length][];
    Arrays.fill(columns, all);
    return new Matrix(all.length, columns, rows);
  }

  /**
   * The matrix of a zero-padded convolution on square images.
   *
   * @param kernels one row per output channel, each (inputs, kernel, kernel)
   */
  static Matrix convolution(
      double[][] kernels, int inputs, int kernel, int stride, int padding, int side) {
    int outside = (side + 2 * padding - kernel) / stride + 1;
    int channels = kernels.length;
    int[][] columns = new int[outside * outside * channels][];
    double[][] values = new double[columns.length][];
    for (int row = 0; row < columns.length; row++) {
      int top = row / channels / outside * stride - padding;
      int left = row / channels % outside * stride - padding;
      double[] weights = kernels[row % channels];
      int[] at = new int[weights.length];
      double[] entries = new double[weights.length];
      int n = 0;
      for (int y = Math.max(0, top); y < Math.min(side, top + kernel); y++) {
        for (int x = Math.max(0, left); x < Math.min(side, left + kernel); x++) {
          for (int i = 0; i < inputs; i++) {
            at[n] = (y * side + x) * inputs + i;
            entries[n++] = weights[(i * kernel + y - top) * kernel + x - left];
          }
        }
      }
      columns[row] = Arrays.copyOf(at, n);
      values[row] = Arrays.copyOf(entries, n);
    }
    return new Matrix(side * side * inputs, columns, values);
  }

  int height() {
    return columns.length;
  }

  int width() {
    return width;
  }

  boolean hasPowersOfTwoOnly() {
    return Arrays.stream(values)
        .flatMapToDouble(Arrays::stream)
        .allMatch(value -> Math.abs(value) == Math.scalb(1.0, Math.getExponent(value)));
  }

  Matrix transposed() {
    int[] counts = new int[width];
    for (int[] row : columns) {
      for (int column : row) {
        counts[column]++;
      }
    }
    int[][] newColumns = new int[width][];
    double[][] newValues = new double[width][];
    for (int column = 0; column < width; column++) {
      newColumns[column] = new int[counts[column]];
      newValues[column] = new double[counts[column]];
    }
    for (int row = height() - 1; row >= 0; row--) {
      for (int k = 0; k < columns[row].length; k++) {
        int column = columns[row][k];
        int place = --counts[column];
        newColumns[column][place] = row;
        newValues[column][place] = values[row][k];
      }
    }
    return new Matrix(height(), newColumns, newValues);
  }

  /** A x in plain doubles, rounded to nearest. */
  double[] times(double[] x) {
    double[] y = new double[height()];
    for (int row = 0; row < y.length; row++) {
      y[row] = timesRow(row, x);
    }
    return y;
  }

  /** Row times x in plain doubles. */
  double timesRow(int row, double[] x) {
    double sum = 0;
    for (int k = 0; k < columns[row].length; k++) {
      sum += values[row][k] * x[columns[row][k]];
    }
    return sum;
  }

  /** The transposed matrix times y in plain doubles. */
  double[] transposedTimes(double[] y) {
    double[] x = new double[width];
    for (int row = 0; row < y.length; row++) {
      for (int k = 0; k < columns[row].length; k++) {
        x[columns[row][k]] += values[row][k] * y[row];
      }
    }
    return x;
  }

  /** |A| |x|, from above. */
  double[] magnitudes(double[] x) {
    double[] y = new double[height()];
    for (int row = 0; row < y.length; row++) {
      for (int k = 0; k < columns[row].length; k++) {
        double product = Up.times(Math.abs(values[row][k]), Math.abs(x[columns[row][k]]));
        y[row] = Up.plus(y[row], product);
      }
    }
    return y;
  }

  /** The largest sum of a row's absolute values, from above. */
  double largestRow() {
    double[] ones = new double[width];
    Arrays.fill(ones, 1);
    return Arrays.stream(magnitudes(ones)).max().orElse(0);
  }

  /** The most entries that a row has. */
  int longestRow() {
    return Arrays.stream(columns).mapToInt(row -> row.length).max().orElse(0);
  }

  /** The squared length of a row, from above. */
  double squares(int row) {
    return Up.dot(values[row], values[row]);
  }

  /** A row written out into an array of zeros. */
  void scatter(int row, double[] into) {
    for (int k = 0; k < columns[row].length; k++) {
      into[columns[row][k]] = values[row][k];
    }
  }

  /** Undoes {@link #scatter}. */
  void clear(int row, double[] from) {
    for (int column : columns[row]) {
      from[column] = 0;
    }
  }

  /** How far apart two rows can stand that share a column. */
  int rowBand() {
    int[] first = new int[width];
    Arrays.fill(first, Integer.MAX_VALUE);
    int band = 0;
    for (int row = 0; row < height(); row++) {
      for (int column : columns[row]) {
        first[column] = Math.min(first[column], row);
        band = Math.max(band, row - first[column]);
      }
    }
    return band;
  }
}
