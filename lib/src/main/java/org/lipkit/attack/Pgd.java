package org.lipkit.attack;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Projected gradient descent in the Euclidean norm (Madry et al. 2018, section 2.1): from points
 * drawn uniformly from the ball, steps of {@code 2.5 eps / steps} along the direction of the cross
 * entropy's gradient, each projected back to the ball. A sample is left alone once it is broken.
 *
 * @param eps the radius in pixels of [0, 1]
 * @param steps gradient steps a start, at least 1
 * @param restarts random starts, at least 1
 */
public record Pgd(double eps, int steps, int restarts) implements Attack {

  /** Checks the settings. */
  public Pgd {
    Checks.radius("PGD", eps);
    Checks.atLeastOne("PGD", "steps", steps);
    Checks.atLeastOne("PGD", "restarts", restarts);
  }

  @Override
  public String name() {
    return "PGD-L2";
  }

  @Override
  public void attack(Victim victim, Search search) {
    for (int restart = 0; restart < restarts; restart++) {
      int round = restart;
      search.follow(
          victim,
          Arrays.stream(search.standing())
              .filter(n -> !search.broken(n, eps))
              .mapToObj(n -> walk(victim, search, n, round))
              .toList());
    }
  }

  /**
   * The images that adversarial training trains on, the inner maximisation of Madry et al. 2018,
   * eq. 2.1: where all steps from one random start end, for every sample and whether or not it is
   * adversarial there.
   *
   * @param victim the classifier
   * @param images at least one, each C H W values of the victim's domain
   * @param labels the class of each
   * @param seed of the random starts
   * @return one image a sample, in order, within {@code eps} of it and in the domain
   * @throws IllegalArgumentException if images or labels do not fit the classifier
   */
  public float[][] maximize(Victim victim, float[][] images, int[] labels, long seed) {
    int[] indices = IntStream.range(0, images.length).toArray();
    Search search = Search.start(victim, images, labels, indices, seed);
    List<Walk> walks = Arrays.stream(indices).mapToObj(n -> walk(victim, search, n, 0)).toList();
    for (int step = 0; step < steps; step++) {
      Victim.Answer answer = Search.answer(victim, walks, points(walks));
      for (int n : indices) {
        walks.get(n).advance(answer.logits()[n], answer.gradients()[n], false);
      }
    }
    return points(walks);
  }

  private static float[][] points(List<Walk> walks) {
    return walks.stream().map(Walk::point).toArray(float[][]::new);
  }

  private Walk walk(Victim victim, Search search, int n, int round) {
    RandomGenerator random = search.random(n, this, round);
    float[] start = search.start(n);
    double length = eps * Math.pow(random.nextDouble(), 1.0 / start.length);
    double[] direction = Vectors.onSphere(start.length, random);
    Ball ball = new Ball(start, eps, victim.domain());
    float[] from = ball.project(Vectors.along(start, length, direction));
    return new GradientWalk(n, from, ball, search.attackedClass(n), 2.5 * eps / steps, steps);
  }
}
