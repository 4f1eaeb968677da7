package org.lipkit.train;

import org.lipkit.data.Batch;
import org.lipkit.data.Distortion;
import org.lipkit.layer.Classifier;
import org.lipkit.text.Given;

/**
 * RandAugment (Cubuk et al. 2020): each picture of a step goes through some {@link Distortion}s
 * that are drawn anew, all with the same strength.
 *
 * @param operations how many distortions a picture gets, at least 1; 2 as published
 * @param strength in [0, 1]; 0.3 is magnitude 9 of 30
 */
public record RandAugment(int operations, double strength) implements Regularizer {

  /**
   * Checks the numbers.
   *
   * @param operations at least 1
   * @param strength in [0, 1]
   */
  public RandAugment {
    if (!(operations >= 1 && strength >= 0 && strength <= 1)) {
      throw Given.refused(
          "RandAugment needs at least 1 operation and a strength in [0, 1], not %d and %s.",
          operations, strength);
    }
  }

  @Override
  public boolean needsPixels() {
    return true;
  }

  @Override
  public Batch examples(Classifier classifier, Batch batch, long seed) {
    return Distortion.distort(batch, operations, strength, seed);
  }

  @Override
  public String toString() {
    return "RandAugment " + operations + " " + Regularizer.number(strength);
  }
}
