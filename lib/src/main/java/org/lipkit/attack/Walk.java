package org.lipkit.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The path of one sample from image to image: it names an image, hears what the classifier answers
 * for it and names the next. A walk knows nothing of the other samples, so results do not depend on
 * the batches (except through the rounding of the classifier itself).
 */
abstract class Walk {

  private final Target target;
  private float[] point;

  /** Starts a walk of a sample. */
  Walk(Target target, float[] point) {
    this.target = target;
    this.point = point;
  }

  final Target target() {
    return target;
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

  /** What to differentiate at the point; null where logits are enough. */
  Objective objective() {
    return null;
  }

  /**
   * Goes on from the point to the next, or ends.
   *
   * @param logits at the point
   * @param gradient of the objective at the point, up to a positive factor; null if there is none
   * @param fooled whether the point is adversarial
   */
  abstract void advance(double[] logits, double[] gradient, boolean fooled);

  /**
   * Follows all walks to their end and offers every image that they visit.
   *
   * @throws CancellationException if the thread is interrupted
   */
  static void follow(Victim victim, Stream<? extends Walk> walks) {
    List<Walk> going = new ArrayList<>(walks.toList());
    while (!going.isEmpty()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("The attack was interrupted.");
      }
      Victim.Answer answer = answer(victim, going);
      for (int k = 0; k < going.size(); k++) {
        Walk walk = going.get(k);
        double[] y = answer.logits()[k];
        double[] gradient = answer.gradients() == null ? null : answer.gradients()[k];
        walk.advance(y, gradient, walk.target.offer(walk.point, y));
      }
      going.removeIf(walk -> walk.point == null);
    }
  }

  /** What the victim says of the points that the walks stand at. */
  static Victim.Answer answer(Victim victim, List<? extends Walk> walks) {
    float[][] points = walks.stream().map(Walk::point).toArray(float[][]::new);
    if (walks.get(0).objective() == null) {
      return new Victim.Answer(victim.logits(points), null);
    }
    return victim.logitsAndGradients(
        points,
        logits ->
            IntStream.range(0, logits.length)
                .mapToObj(k -> walks.get(k).objective().gradient(logits[k]))
                .toArray(double[][]::new));
  }
}
