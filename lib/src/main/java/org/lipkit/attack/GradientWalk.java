package org.lipkit.attack;

/** Gradient ascent of the cross entropy with steps of one length, projected to a ball. */
final class GradientWalk extends Walk {

  private final Ball ball;
  private final Objective objective;
  private final double length;
  private int left;

  /**
   * Starts the ascent.
   *
   * @param sample the sample's place in the search
   * @param from where to start, in the ball
   * @param ball where to stay
   * @param own the class to leave
   * @param length of a step
   * @param steps how many
   */
  GradientWalk(int sample, float[] from, Ball ball, int own, double length, int steps) {
    super(sample, from);
    this.ball = ball;
    this.objective = Objective.crossEntropy(own);
    this.length = length;
    this.left = steps;
  }

  @Override
  double[] cotangent(double[] logits) {
    return objective.gradient(logits);
  }

  @Override
  void advance(double[] logits, float[] gradient, boolean fooled) {
    if (fooled || left-- == 0) {
      end();
    } else {
      moveTo(ball.project(Vectors.along(point(), length, Vectors.unit(gradient))));
    }
  }
}
