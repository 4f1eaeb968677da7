package org.lipkit.attack;

import java.io.Serializable;

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
public record Attacked(int index, int attackedClass, float[] image, double distance)
    implements Serializable {

  /**
   * {@return whether an adversarial image within a radius is known}
   *
   * @param eps the radius in pixels of [0, 1]
   */
  public boolean within(double eps) {
    return distance <= eps;
  }
}
