package org.lipkit.attack;

import java.util.random.RandomGenerator;

/** Arithmetic on images laid out as vectors: float32 images, float64 sums. */
final class Vectors {

  private Vectors() {}

  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  static double norm(float[] a) {
    return Math.sqrt(dot(a, a));
  }

  static double norm(double[] a) {
    double sum = 0;
    for (double value : a) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  /** a / ||a||, or zero for the zero vector. */
  static double[] unit(float[] a) {
    double norm = norm(a);
    double[] unit = new double[a.length];
    for (int i = 0; i < a.length && norm > 0; i++) {
      unit[i] = a[i] / norm;
    }
    return unit;
  }

  /** A point uniformly distributed on the unit sphere. */
  static double[] onSphere(int size, RandomGenerator random) {
    double[] point = new double[size];
    double norm = 0;
    while (norm == 0) {
      for (int i = 0; i < size; i++) {
        point[i] = random.nextGaussian();
      }
      norm = norm(point);
    }
    for (int i = 0; i < size; i++) {
      point[i] /= norm;
    }
    return point;
  }

  /** a + t d. */
  static double[] along(float[] a, double t, double[] d) {
    double[] point = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      point[i] = a[i] + t * d[i];
    }
    return point;
  }

  /** a + t (b - a), an image of the domain if a and b are. */
  static float[] between(float[] a, float[] b, double t, Domain domain) {
    double[] point = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      point[i] = a[i] + t * ((double) b[i] - a[i]);
    }
    return image(point, domain);
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
