package org.lipkit.attack;

import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;

/** Arithmetic on images laid out as vectors: float32 images, float64 sums. */
final class Vectors {

  private Vectors() {}

  /** A vector from its entries. */
  static double[] of(int size, IntToDoubleFunction entry) {
    double[] vector = new double[size];
    for (int i = 0; i < size; i++) {
      vector[i] = entry.applyAsDouble(i);
    }
    return vector;
  }

  static double[] doubles(float[] a) {
    return of(a.length, i -> a[i]);
  }

  private static double sum(int size, IntToDoubleFunction term) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += term.applyAsDouble(i);
    }
    return sum;
  }

  static double dot(double[] a, float[] b) {
    return sum(a.length, i -> a[i] * b[i]);
  }

  static double norm(double[] a) {
    return Math.sqrt(sum(a.length, i -> a[i] * a[i]));
  }

  static double distance(float[] a, float[] b) {
    return Math.sqrt(sum(a.length, i -> ((double) a[i] - b[i]) * ((double) a[i] - b[i])));
  }

  /** a / ||a||, or zero for the zero vector. */
  static double[] unit(double[] a) {
    double norm = norm(a);
    return of(a.length, i -> norm > 0 ? a[i] / norm : 0);
  }

  /** A point uniformly distributed on the unit sphere. */
  static double[] onSphere(int size, RandomGenerator random) {
    double[] point = of(size, i -> random.nextGaussian());
    double norm = norm(point);
    return norm > 0 ? of(size, i -> point[i] / norm) : onSphere(size, random);
  }

  /** a + t d. */
  static double[] along(float[] a, double t, double[] d) {
    return of(a.length, i -> a[i] + t * d[i]);
  }

  /** a + t (b - a), an image of the domain if a and b are. */
  static float[] between(float[] a, float[] b, double t, Domain domain) {
    return image(of(a.length, i -> a[i] + t * ((double) b[i] - a[i])), domain);
  }

  /** The point moved into the domain and rounded to float32. */
  static float[] image(double[] point, Domain domain) {
    float[] image = new float[point.length];
    for (int i = 0; i < point.length; i++) {
      image[i] = (float) domain.clamp(point[i]);
    }
    return image;
  }
}
