package org.lipkit.attack;

/**
 * The images within a radius of a sample and within the domain.
 *
 * @param centre the sample, in the domain
 * @param radius in pixels of [0, 1]
 * @param domain which images there are
 */
record Ball(float[] centre, double radius, Domain domain) {

  /**
   * Scales the difference to the centre down to the radius and clamps it. Clamping moves every
   * value towards the centre's, so that the image stays within the radius; what rounding to float32
   * adds is taken back, so that the measured distance is never above it.
   */
  float[] project(double[] point) {
    double norm = 0;
    for (int i = 0; i < point.length; i++) {
      double difference = point[i] - centre[i];
      norm += difference * difference;
    }
    double scale = Math.min(1, radius / Math.sqrt(norm));
    float[] image = scaled(point, scale);
    for (double slack = 1e-8; Vectors.distance(image, centre) > radius; slack *= 2) {
      image = scaled(point, scale * (1 - Math.min(1, slack)));
    }
    return image;
  }

  private float[] scaled(double[] point, double scale) {
    double[] moved = new double[point.length];
    for (int i = 0; i < point.length; i++) {
      moved[i] = centre[i] + scale * (point[i] - centre[i]);
    }
    return Vectors.image(moved, domain);
  }
}
