package org.lipkit.attack;

/**
 * One sample's path through the images: it names a point, hears what the classifier answers there
 * and names the next. A walk knows nothing of the other samples, so results do not depend on how
 * samples are batched (but for the rounding of the classifier itself).
 */
abstract class Walk {

  private final int sample;
  private float[] point;

  /**
   * Starts a walk.
   *
   * @param sample the sample's place in the search
   * @param point where it starts
   */
  Walk(int sample, float[] point) {
    this.sample = sample;
    this.point = point;
  }

  final int sample() {
    return sample;
  }

  /** The image to evaluate next, or null when the walk has ended. */
  final float[] point() {
    return point;
  }

  final void moveTo(float[] next) {
    point = next;
  }

  final void end() {
    point = null;
  }

  /**
   * Which combination c of the logits to differentiate at the point. Walks that differentiate
   * nothing are {@link Blind}.
   */
  abstract double[] cotangent(double[] logits);

  /**
   * Goes on from the point to the next, or ends.
   *
   * @param logits at the point
   * @param gradient of {@code <c, logits>} at the point; null for a {@link Blind} walk
   * @param fooled whether the point is adversarial
   */
  abstract void advance(double[] logits, float[] gradient, boolean fooled);

  /** A walk that only looks at logits. */
  abstract static class Blind extends Walk {

    Blind(int sample, float[] point) {
      super(sample, point);
    }

    @Override
    final double[] cotangent(double[] logits) {
      return null;
    }
  }
}
