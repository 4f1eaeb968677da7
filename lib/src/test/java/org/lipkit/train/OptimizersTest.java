package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lipkit.tensor.Tensors;

/** Every optimizer on the quadratic {@code sum a_i w_i^2 / 2}, where its steps are known. */
class OptimizersTest {

  private static final NDManager MANAGER = Tensors.newManager();
  private static final double[] START = {1, -2, 0.5};
  private static final double[] CURVATURE = {1, 0.3, 4};
  private static final double RATE = 0.05;
  private static final double DECAY = 0.1;

  /** One coordinate's rule, written down once more: from w, its gradient and the step to w. */
  private interface Rule {
    double step(double w, double g, int t);
  }

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static double[] descend(Optimizer optimizer, int steps) {
    NDArray weight = MANAGER.create(START);
    Optimizer.Updater updater = optimizer.start(List.of(weight));
    for (int t = 1; t <= steps; t++) {
      updater.step(List.of(gradient(weight)), RATE, t);
    }
    return weight.toDoubleArray();
  }

  private static NDArray gradient(NDArray weight) {
    return weight.mul(MANAGER.create(CURVATURE));
  }

  private static void assertFollows(Optimizer optimizer, Supplier<Rule> rules) {
    double[] expected = START.clone();
    for (int i = 0; i < expected.length; i++) {
      Rule rule = rules.get();
      for (int t = 1; t <= 7; t++) {
        expected[i] = rule.step(expected[i], CURVATURE[i] * expected[i], t);
      }
    }
    assertArrayEquals(expected, descend(optimizer, 7), 1e-6);
  }

  @Test
  void adamWFollowsItsDefinition() {
    assertFollows(
        new AdamW(DECAY),
        () -> {
          double[] moments = new double[2];
          return (w, g, t) -> {
            moments[0] = 0.9 * moments[0] + 0.1 * g;
            moments[1] = 0.999 * moments[1] + 0.001 * g * g;
            double first = moments[0] / (1 - Math.pow(0.9, t));
            double second = moments[1] / (1 - Math.pow(0.999, t));
            return w - RATE * (DECAY * w + first / (Math.sqrt(second) + 1e-8));
          };
        });
  }

  @Test
  void nAdamFollowsItsDefinition() {
    assertFollows(
        new NAdam(DECAY),
        () -> {
          double[] moments = new double[2];
          return (w, g, t) -> {
            moments[0] = 0.9 * moments[0] + 0.1 * g;
            moments[1] = 0.999 * moments[1] + 0.001 * g * g;
            double now =
                IntStream.rangeClosed(1, t).mapToDouble(this::mu).reduce(1, (a, b) -> a * b);
            double first =
                mu(t + 1) * moments[0] / (1 - now * mu(t + 1)) + (1 - mu(t)) * g / (1 - now);
            double second = moments[1] / (1 - Math.pow(0.999, t));
            return w - RATE * (DECAY * w + first / (Math.sqrt(second) + 1e-8));
          };
        });
  }

  private double mu(int t) {
    return 0.9 * (1 - 0.5 * Math.pow(0.96, 0.004 * t));
  }

  @Test
  void withoutMomentumGradientDescentShrinksEveryCoordinateByAConstantFactor() {
    double[] expected = new double[3];
    for (int i = 0; i < 3; i++) {
      expected[i] = START[i] * Math.pow(1 - RATE * (CURVATURE[i] + DECAY), 20);
    }
    assertArrayEquals(expected, descend(new Sgd(0, false, DECAY), 20), 1e-6);
    assertArrayEquals(expected, descend(new Sgd(0, true, DECAY), 20), 1e-6);
  }

  @Test
  void momentumIsTheHeavyBallsTwoStepRecurrence() {
    double[] expected = new double[3];
    for (int i = 0; i < 3; i++) {
      double before = START[i];
      double w = START[i];
      for (int t = 0; t < 10; t++) {
        double next = w - RATE * (CURVATURE[i] + DECAY) * w + 0.9 * (w - before);
        before = w;
        w = next;
      }
      expected[i] = w;
    }
    assertArrayEquals(expected, descend(new Sgd(0.9, false, DECAY), 10), 1e-6);
  }

  /** The gradient is taken ahead at y + 0.9 v, which is where our weights stand. */
  @Test
  void nesterovsMomentumIsThatOfTheAcceleratedGradientMethod() {
    double[] expected = new double[3];
    for (int i = 0; i < 3; i++) {
      double y = START[i];
      double v = 0;
      for (int t = 0; t < 10; t++) {
        v = 0.9 * v - RATE * (CURVATURE[i] + DECAY) * (y + 0.9 * v);
        y += v;
      }
      expected[i] = y + 0.9 * v;
    }
    assertArrayEquals(expected, descend(new Sgd(0.9, true, DECAY), 10), 1e-6);
  }

  @Test
  void lookaheadGoesAShareOfTheInnerOptimizersWay() {
    double[] expected = new double[3];
    for (int i = 0; i < 3; i++) {
      double inner = Math.pow(1 - RATE * CURVATURE[i], 4);
      expected[i] = START[i] * Math.pow(1 + 0.3 * (inner - 1), 3);
    }
    Optimizer plain = new Sgd(0, false, 0);
    Optimizer nadam = new NAdam(0);
    Optimizer adam = new AdamW(0);
    assertArrayEquals(expected, descend(new Lookahead(4, 0.3, plain), 12), 1e-6);
    assertArrayEquals(descend(nadam, 12), descend(new Lookahead(5, 1, nadam), 12), 1e-12);
    assertArrayEquals(descend(adam, 4), descend(new Lookahead(5, 0.5, adam), 4));
  }

  /** Of gradient descent on a w^2 / 2, a step of it multiplies w by 1 - rate a. */
  @Test
  void synchronizedLookaheadGoesItsShareAtTheEndOfAnEpochToo() {
    double[] expected = new double[3];
    for (int i = 0; i < 3; i++) {
      double step = 1 - RATE * CURVATURE[i];
      double four = 1 + 0.3 * (Math.pow(step, 4) - 1);
      double two = 1 + 0.3 * (Math.pow(step, 2) - 1);
      expected[i] = START[i] * four * two * two * Math.pow(step, 2);
    }
    NDArray weight = MANAGER.create(START);
    Optimizer plain = new Sgd(0, false, 0);
    Optimizer.Updater updater =
        new Muon(0.9, 0, new SynchronizedLookahead(4, 0.3, plain), 1).start(List.of(weight));
    for (int t = 1; t <= 10; t++) {
      updater.step(List.of(gradient(weight)), RATE, t);
      if (t == 6) {
        updater.epochEnded();
        updater.epochEnded();
      }
    }
    assertArrayEquals(expected, weight.toDoubleArray(), 1e-6);
    assertArrayEquals(
        descend(new Lookahead(4, 0.3, plain), 9),
        descend(new SynchronizedLookahead(4, 0.3, plain), 9));
  }

  static List<Optimizer> optimizers() {
    return List.of(
        new AdamW(DECAY),
        new NAdam(DECAY),
        new Sgd(0.9, true, DECAY),
        new Lookahead(3, 0.5, new NAdam(DECAY)));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void goesOnFromItsStateAsIfUnbroken(Optimizer optimizer) {
    NDArray weight = MANAGER.create(START);
    Optimizer.Updater first = optimizer.start(List.of(weight));
    for (int t = 1; t <= 4; t++) {
      first.step(List.of(gradient(weight)), RATE, t);
    }
    Optimizer.Updater second = optimizer.start(List.of(weight));
    second.state().forEach((key, array) -> Tensors.copy(first.state().get(key), array));
    for (int t = 5; t <= 9; t++) {
      second.step(List.of(gradient(weight)), RATE, t);
    }
    assertArrayEquals(descend(optimizer, 9), weight.toDoubleArray());
  }

  @Test
  void theMovingAverageIsTheWeightedMeanOfAllSteps() {
    double decay = 0.8;
    SplittableRandom random = new SplittableRandom(3);
    NDArray weight = MANAGER.create(START);
    ExponentialMovingAverage average = new ExponentialMovingAverage(List.of(weight), decay);
    double[] sum = new double[3];
    double total = 0;
    for (int t = 1; t <= 12; t++) {
      double[] w = random.doubles(3, -1, 1).toArray();
      Tensors.copy(MANAGER.create(w), weight);
      average.update(t);
      for (int i = 0; i < 3; i++) {
        sum[i] = decay * sum[i] + w[i];
      }
      total = decay * total + 1;
    }
    double[] last = weight.toDoubleArray();
    double whole = total;
    double[] mean = Arrays.stream(sum).map(s -> s / whole).toArray();
    average.during(() -> assertArrayEquals(mean, weight.toDoubleArray(), 1e-6));
    assertArrayEquals(last, weight.toDoubleArray());
    average.adopt();
    assertArrayEquals(mean, weight.toDoubleArray(), 1e-6);
  }

  @Test
  void theAverageOfTheFirstStepIsItsWeights() {
    NDArray weight = MANAGER.create(START);
    ExponentialMovingAverage average = new ExponentialMovingAverage(List.of(weight), 0.999);
    average.update(1);
    weight.muli(0);
    average.adopt();
    assertArrayEquals(START, weight.toDoubleArray());
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Sgd(1, false, 0));
    assertThrows(IllegalArgumentException.class, () -> new AdamW(-1));
    assertThrows(IllegalArgumentException.class, () -> new NAdam(Double.NaN));
    Optimizer inner = new AdamW(0);
    assertThrows(IllegalArgumentException.class, () -> new Lookahead(0, 0.5, inner));
    assertThrows(IllegalArgumentException.class, () -> new Lookahead(5, 1.1, inner));
    assertThrows(IllegalArgumentException.class, () -> new SynchronizedLookahead(0, 0.5, inner));
  }
}
