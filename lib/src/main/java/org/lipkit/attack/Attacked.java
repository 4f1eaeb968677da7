package org.lipkit.attack;

import java.util.List;

/**
 * What an attack found for one sample.
 *
 * @param index the sample's place in its split
 * @param attackedClass the class that the attack tried to leave: the label or the prediction
 * @param image the nearest adversarial image found, or null if there is none
 * @param distance its Euclidean distance to the sample in pixels of [0, 1], measured in float64; 0
 *     if the sample itself is not classified as {@code attackedClass}, infinite if nothing was
 *     found
 */
public record Attacked(int index, int attackedClass, float[] image, double distance) {

  /**
   * {@return whether an adversarial image within a radius is known}
   *
   * @param eps the radius in pixels of [0, 1]
   */
  public boolean within(double eps) {
    return distance <= eps;
  }

  /**
   * {@return the empirical robust accuracy: the share of samples that are classified correctly and
   * have no known adversarial image within a radius} No more than that can be certified.
   *
   * @param attacked results of attacks against the labels, at least one
   * @param eps the radius in pixels of [0, 1], above 0
   */
  public static double robustAccuracy(List<Attacked> attacked, double eps) {
    Checks.radius("Robust accuracy", eps);
    if (attacked.isEmpty()) {
      throw new IllegalArgumentException("Robust accuracy needs at least one attacked sample.");
    }
    long standing = attacked.stream().filter(sample -> !sample.within(eps)).count();
    return standing / (double) attacked.size();
  }
}
