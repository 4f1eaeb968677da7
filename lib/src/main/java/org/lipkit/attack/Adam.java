package org.lipkit.attack;

/** Adam (Kingma and Ba 2015, algorithm 1) on one vector, with the paper's settings. */
final class Adam {

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final double[] first;
  private final double[] second;
  private int time;

  Adam(int size) {
    first = new double[size];
    second = new double[size];
  }

  /** Moves the position down the slope. */
  void descend(double[] position, double[] slope, double rate) {
    time++;
    double correction1 = 1 - Math.pow(BETA1, time);
    double correction2 = 1 - Math.pow(BETA2, time);
    for (int i = 0; i < position.length; i++) {
      first[i] = BETA1 * first[i] + (1 - BETA1) * slope[i];
      second[i] = BETA2 * second[i] + (1 - BETA2) * slope[i] * slope[i];
      position[i] -=
          rate * (first[i] / correction1) / (Math.sqrt(second[i] / correction2) + EPSILON);
    }
  }
}
