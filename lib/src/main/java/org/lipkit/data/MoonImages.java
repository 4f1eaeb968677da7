package org.lipkit.data;

import java.util.random.RandomGenerator;

/** Points on two interlocking half circles of radius 2/7, blurred; both axes have one scale. */
final class MoonImages extends MadeUpImages {

  /** The plane's [-1.25, 2.25] x [-1.5, 2] becomes the unit square. */
  private static final double SPAN = 3.5;

  private static final double LEFT = -1.25;
  private static final double BOTTOM = -1.5;
  private static final double BLUR = 0.1;

  MoonImages(int size, long seed) {
    super(size, 2, 2, 1, 1, seed);
  }

  @Override
  void draw(int label, RandomGenerator random, float[] into, int offset) {
    double angle = Math.PI * random.nextDouble();
    double x = label == 0 ? Math.cos(angle) : 1 - Math.cos(angle);
    double y = label == 0 ? Math.sin(angle) : 0.5 - Math.sin(angle);
    into[offset] = unit((x + BLUR * random.nextGaussian() - LEFT) / SPAN);
    into[offset + 1] = unit((y + BLUR * random.nextGaussian() - BOTTOM) / SPAN);
  }

  private static float unit(double value) {
    return (float) Math.min(1, Math.max(0, value));
  }
}
