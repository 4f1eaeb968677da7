package org.lipkit.view;

import java.util.List;
import org.lipkit.certify.Certificate;
import org.lipkit.certify.Certifier;
import org.lipkit.data.Batch;
import org.lipkit.draw.PlanePicture;

/**
 * A certified classifier of points in the plane, as {@link PlanePicture} needs it.
 *
 * @param certifier of a classifier whose input has two channels of one pixel
 */
public record PlaneClassifier(Certifier certifier) {

  /**
   * The predicted classes.
   *
   * @param points (n, 2)
   * @return n classes
   */
  public int[] classes(double[][] points) {
    return certify(points).stream().mapToInt(Certificate::prediction).toArray();
  }

  /**
   * The certified radii.
   *
   * @param points (n, 2)
   * @return n Euclidean radii in the unit of the plane
   */
  public double[] radii(double[][] points) {
    return certify(points).stream().mapToDouble(Certificate::radius).toArray();
  }

  /**
   * The margins: largest minus second largest logit.
   *
   * @param points (n, 2)
   * @return n margins
   */
  public double[] margins(double[][] points) {
    return certify(points).stream().mapToDouble(Certificate::margin).toArray();
  }

  private List<Certificate> certify(double[][] points) {
    float[] pixels = new float[2 * points.length];
    for (int n = 0; n < points.length; n++) {
      pixels[2 * n] = (float) points[n][0];
      pixels[2 * n + 1] = (float) points[n][1];
    }
    Batch batch = new Batch(pixels, new int[points.length], points.length, 2, 1, 1);
    return certifier.certify(batch, 0);
  }
}
