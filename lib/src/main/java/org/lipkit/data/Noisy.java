package org.lipkit.data;

import java.util.random.RandomGenerator;

/**
 * A split whose training view adds Gaussian noise of deviation sigma to every value, as training
 * for randomized smoothing asks (Cohen, Rosenfeld and Kolter 2019, section 3.3). Noisy values are
 * not cut off: they may leave [0, 1]. The evaluation view stays as it is.
 *
 * @param images the split to draw from; its own augmentation comes first
 * @param sigma the noise's standard deviation, in pixels of [0, 1], at least 0
 */
public record Noisy(Images images, double sigma) implements ImagesView {

  /**
   * Checks the deviation.
   *
   * @param images the split to draw from; its own augmentation comes first
   * @param sigma finite and at least 0
   */
  public Noisy {
    if (!(sigma >= 0 && sigma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("sigma " + sigma + ": it must be finite and at least 0");
    }
  }

  @Override
  public void read(int index, RandomGenerator random, float[] into, int offset) {
    images.read(index, random, into, offset);
    if (random == null) {
      return;
    }
    for (int i = offset; i < offset + values(); i++) {
      into[i] += (float) (sigma * random.nextGaussian());
    }
  }
}
