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
    double norm = Vectors.norm(Vectors.of(point.length, i -> point[i] - centre[i]));
    double scale = Math.min(1, radius / norm);
    float[] image = scaled(point, scale);
    for (double slack = 1e-8; Vectors.distance(image, centre) > radius; slack *= 2) {
      image = scaled(point, scale * (1 - Math.min(1, slack)));
    }
    return image;
  }

  private float[] scaled(double[] point, double scale) {
    return Vectors.image(
        Vectors.of(point.length, i -> centre[i] + scale * (point[i] - centre[i])), domain);
  }
}
