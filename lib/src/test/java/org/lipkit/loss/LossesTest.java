package org.lipkit.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.lipkit.Numerics;
import org.lipkit.tensor.Gradients;
import org.lipkit.tensor.Tensors;

/** All losses against sums written out in plain Java. */
class LossesTest {

  private static final NDManager MANAGER = Tensors.newManager();
  private static final Map<String, Loss> LOSSES =
      Stream.of(
              new CrossEntropy(),
              new FixedMargin(),
              new Lmt(),
              new Emma(),
              new LogitAnnealing(),
              new LogitAnnealing(1.5, 0.5, 2),
              new OffsetCrossEntropy(0.5, 0.25),
              Trades.gloro(),
              new Trades(2.5),
              new TradesCrossEntropy(0, 2.5))
          .collect(Collectors.toMap(Loss::toString, loss -> loss));

  @AfterContainer
  static void free() {
    MANAGER.close();
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(LOSSES.keySet());
  }

  /** Logits, labels and constants, with the training radius 0.75. */
  private record Sample(double[][] y, int[] labels, double[][] k) {

    static final double EPS = 0.75;

    static Sample draw(int count, int classes, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      double[][] y = new double[count][classes];
      int[] labels = new int[count];
      for (int n = 0; n < count; n++) {
        for (int i = 0; i < classes; i++) {
          y[n][i] = 3 * random.nextGaussian();
        }
        labels[n] = random.nextInt(classes);
      }
      double[][] k = new double[classes][classes];
      for (int j = 0; j < classes; j++) {
        for (int i = 0; i < j; i++) {
          k[j][i] = k[i][j] = 4 * random.nextDouble();
        }
      }
      return new Sample(y, labels, k);
    }

    double loss(Loss loss, double eps) {
      return loss.evaluate(MANAGER.create(y), MANAGER.create(labels), MANAGER.create(k), eps)
          .getDouble();
    }

    double loss(String name) {
      return loss(LOSSES.get(name), EPS);
    }
  }

  private static double logSumExp(double... y) {
    double sum = 0;
    for (double entry : y) {
      sum += Math.exp(entry);
    }
    return Math.log(sum);
  }

  private static double clip(double value, double low) {
    return Math.max(low, Math.min(1, value));
  }

  /** METHODS' table, read literally: what is added to rival i's logit. */
  private static double written(String name, double[] y, int j, double[][] k) {
    double eps = Sample.EPS;
    if (name.equals("GloRo") || name.startsWith("TRADES")) {
      double lambda = name.equals("GloRo") ? 1 : 2.5;
      int top = 0;
      for (int i = 0; i < y.length; i++) {
        top = y[i] > y[top] ? i : top;
      }
      double bottom = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < y.length; i++) {
        bottom = i == top ? bottom : Math.max(bottom, y[i] + eps * k[top][i]);
      }
      double[] all = Arrays.copyOf(y, y.length + 1);
      all[y.length] = bottom;
      if (name.startsWith("TRADES-CE")) {
        double mean = Arrays.stream(y).map(z -> z * Math.exp(z - logSumExp(y))).sum();
        return logSumExp(y) - y[j] + lambda * (logSumExp(all) - mean);
      }
      return logSumExp(y) - y[j] + lambda * (logSumExp(all) - logSumExp(y));
    }
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < y.length; i++) {
      least = i == j ? least : Math.min(least, (y[j] - y[i]) / (eps * k[j][i]));
    }
    double[] raised = y.clone();
    for (int i = 0; i < y.length; i++) {
      double weight =
          switch (name) {
            case "plain", "offset 0.5 T 0.25" -> 0;
            case "fixed margin" -> 1;
            case "LMT" -> clip(least, 0);
            default -> clip((y[j] - y[i]) / (eps * k[j][i]), 0.01);
          };
      raised[i] += i == j ? 0 : weight * eps * k[j][i];
    }
    return switch (name) {
      case "LA" -> annealed(raised, j, 0.75, 2, 5);
      case "LA T 1.5 offset 0.5 power 2.0" -> annealed(raised, j, 1.5, 0.5, 2);
      case "offset 0.5 T 0.25" -> annealed(raised, j, 0.25, 0.5, 0);
      default -> logSumExp(raised) - y[j];
    };
  }

  /** -T (1 - p)^power log p, p = softmax((z - offset e_j) / T)_j. */
  private static double annealed(double[] z, int j, double t, double offset, double power) {
    double[] exponents = Arrays.stream(z).map(entry -> entry / t).toArray();
    exponents[j] -= offset / t;
    double logP = exponents[j] - logSumExp(exponents);
    return -t * Math.pow(1 - Math.exp(logP), power) * logP;
  }

  @Property(tries = 100)
  void equalTheFormulas(
      @ForAll @From("names") String name,
      @ForAll @IntRange(min = 1, max = 6) int count,
      @ForAll @IntRange(min = 2, max = 6) int classes,
      @ForAll long seed) {
    Sample sample = Sample.draw(count, classes, seed);
    double expected = 0;
    for (int n = 0; n < count; n++) {
      expected += written(name, sample.y[n], sample.labels[n], sample.k) / count;
    }
    // The engine's softplus cuts off terms below exp(-20), and EMMA's floor is a float.
    assertEquals(expected, sample.loss(name), 1e-8);
  }

  @Example
  void casesByHand() {
    double[][] ones = {{0, 1, 1}, {1, 0, 1}, {1, 1, 0}};
    Sample right = new Sample(new double[][] {{2, 1, 0}}, new int[] {0}, ones);
    assertEquals(logSumExp(0, -1, -2), right.loss(new CrossEntropy(), 2), 1e-14);
    assertEquals(logSumExp(0, 1, 0), right.loss(new FixedMargin(), 2), 1e-14);
    assertEquals(logSumExp(0, 0, -1), right.loss(new Lmt(), 2), 1e-14);
    assertEquals(Math.log(3), right.loss(new Emma(), 2), 1e-14);
    assertEquals(logSumExp(0, -1, -2, 1), right.loss(Trades.gloro(), 2), 1e-14);
    Sample wrong = new Sample(new double[][] {{2, 1, 0}}, new int[] {2}, ones);
    assertEquals(logSumExp(2, 1, 0), wrong.loss(new Lmt(), 2), 1e-14);
    assertEquals(logSumExp(2.02, 1.02, 0), wrong.loss(new Emma(), 2), 1e-8);
    assertEquals(logSumExp(2, 1, 0, 3), wrong.loss(Trades.gloro(), 2), 1e-14);
  }

  @Property(tries = 40)
  void doNotDependOnTheClassesOrderNorOnTheLogitsZero(
      @ForAll @From("names") String name, @ForAll long seed) {
    int classes = 5;
    Sample sample = Sample.draw(4, classes, seed);
    Sample turned = Sample.draw(4, classes, seed);
    for (int n = 0; n < 4; n++) {
      turned.labels[n] = (sample.labels[n] + 2) % classes;
      for (int i = 0; i < classes; i++) {
        turned.y[n][(i + 2) % classes] = sample.y[n][i] + 10 * n;
      }
    }
    for (int j = 0; j < classes; j++) {
      for (int i = 0; i < classes; i++) {
        turned.k[(j + 2) % classes][(i + 2) % classes] = sample.k[j][i];
      }
    }
    assertEquals(sample.loss(name), turned.loss(name), 1e-8);
  }

  @Property(tries = 20)
  void withOneRivalLmtIsEmmaWithoutFloor(@ForAll long seed) {
    Sample sample = Sample.draw(6, 2, seed);
    assertEquals(sample.loss(new Lmt(), Sample.EPS), sample.loss(new Emma(0), Sample.EPS), 1e-14);
  }

  @Property(tries = 20)
  void withoutRadiusTheFamilyIsCrossEntropy(@ForAll long seed) {
    Sample sample = Sample.draw(6, 4, seed);
    double plain = sample.loss(new CrossEntropy(), 0);
    for (Loss loss : List.of(new FixedMargin(), new Lmt(), new Emma(), new Trades(0))) {
      assertEquals(plain, sample.loss(loss, 0), 1e-14);
    }
    assertEquals(plain, sample.loss(new TradesCrossEntropy(3, 0), Sample.EPS), 1e-14);
    assertEquals(plain, sample.loss(new Trades(0), Sample.EPS), 1e-14);
    assertEquals(plain, sample.loss(new CrossEntropy(), Sample.EPS), 1e-14);
  }

  /** With lambda from 1 to 3: 1 at the start, 2.5 after three quarters. */
  @Property(tries = 20)
  void theWeightOfRobustnessGrowsEvenly(@ForAll long seed) {
    Sample sample = Sample.draw(4, 5, seed);
    double plain = sample.loss(new CrossEntropy(), 0);
    double robust = sample.loss(new TradesCrossEntropy(1, 1), Sample.EPS) - plain;
    Loss growing = new TradesCrossEntropy(1, 3);
    for (double share : new double[] {0, 0.75, 1}) {
      double expected = plain + (1 + 2 * share) * robust;
      assertEquals(expected, sample.loss(growing.at(share), Sample.EPS), 1e-12 * (1 + expected));
      Loss named = Loss.named("mine", growing);
      assertEquals(
          sample.loss(growing.at(share), Sample.EPS), sample.loss(named.at(share), Sample.EPS));
    }
    assertEquals(sample.loss(growing.at(1), 1), sample.loss(growing, 1));
    assertEquals(new Emma(), new Emma().at(0.5));
  }

  @Property(tries = 40)
  void growWithTheRadius(@ForAll @From("names") String name, @ForAll long seed) {
    Sample sample = Sample.draw(4, 4, seed);
    double before = sample.loss(LOSSES.get(name), 0);
    for (double eps : new double[] {0.01, 0.1, 1, 10}) {
      double loss = sample.loss(LOSSES.get(name), eps);
      assertTrue(loss >= before - 1e-8);
      before = loss;
    }
  }

  @Example
  void penaltyWeightsOfEmmaLieBetweenItsFloorAndOne() {
    NDArray ratios = MANAGER.create(new double[] {-1e30, -0.5, 0, 0.005, 0.3, 1, 2, 1e30});
    double[] weights = new Emma().penaltyWeights(ratios, ratios.zerosLike()).toDoubleArray();
    Numerics.assertClose(new double[] {.01, .01, .01, .01, .3, 1, 1, 1}, weights, 1e-7);
  }

  @Property
  void extremeLogitsStayFinite(
      @ForAll @From("names") String name, @ForAll @IntRange(max = 2) int label) {
    float[] rows = {1e4f, -1e4f, 0, -1e4f, -1e4f, -1e4f, 1e4f, 1e4f, 1e4f};
    for (float constant : new float[] {0, 1e-20f, 1, 1e6f}) {
      for (double eps : new double[] {0, 0.3}) {
        NDArray y = MANAGER.create(rows, new Shape(3, 3));
        NDArray k = MANAGER.full(new Shape(3, 3), constant);
        y.setRequiresGradient(true);
        k.setRequiresGradient(true);
        NDArray labels = MANAGER.create(new int[] {label, label, label});
        NDList result =
            Gradients.of(List.of(y, k), () -> LOSSES.get(name).evaluate(y, labels, k, eps));
        for (NDArray array : result) {
          Numerics.assertFinite(array);
        }
      }
    }
  }

  @Property
  void badArgumentsAreRefused(@ForAll @From("names") String name) {
    Loss loss = LOSSES.get(name);
    NDArray y = MANAGER.zeros(new Shape(2, 3));
    NDArray k = MANAGER.zeros(new Shape(3, 3));
    NDArray labels = MANAGER.create(new int[] {0, 2});
    assertTrue(loss.evaluate(y, labels.toType(DataType.INT64, true), k, 1).getFloat() > 0);
    assertRefused(loss, y, MANAGER.create(new int[] {0, 3}), k, 1);
    assertRefused(loss, y, MANAGER.create(new int[] {-1, 2}), k, 1);
    assertRefused(loss, y, MANAGER.create(new int[] {1}), k, 1);
    assertRefused(loss, y, labels, MANAGER.zeros(new Shape(2, 3)), 1);
    assertRefused(loss, y.flatten(), labels, k, 1);
    assertRefused(loss, y, labels, k, -0.1);
    assertRefused(loss, y, labels, k, Double.NaN);
    assertRefused(loss, y, labels, k, Double.POSITIVE_INFINITY);
  }

  private static void assertRefused(Loss loss, NDArray y, NDArray labels, NDArray k, double eps) {
    assertThrows(IllegalArgumentException.class, () -> loss.evaluate(y, labels, k, eps));
  }

  @Example
  void impossibleNumbersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Emma(-0.1));
    assertThrows(IllegalArgumentException.class, () -> new Emma(1.1));
    assertThrows(IllegalArgumentException.class, () -> new Emma(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Trades(Double.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> new Trades(-1));
    assertThrows(IllegalArgumentException.class, () -> new TradesCrossEntropy(0, -1));
    assertThrows(IllegalArgumentException.class, () -> new LogitAnnealing(0, 2, 5));
    assertThrows(IllegalArgumentException.class, () -> new LogitAnnealing(1, 2, -1));
    assertThrows(IllegalArgumentException.class, () -> new LogitAnnealing(1, 2, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new OffsetCrossEntropy(Double.NaN, 1));
  }

  @Example
  void aFormulaOfOnesOwnIsTheSameUnderItsName() {
    Sample sample = Sample.draw(3, 3, 1);
    MarginLoss half = (ratios, own) -> ratios.onesLike().div(2);
    Loss named = Loss.named("half the margin", half);
    assertEquals("half the margin", named.toString());
    assertEquals(sample.loss(half, 1), sample.loss(named, 1));
    assertEquals(sample.loss(new FixedMargin(), 1), sample.loss(half, 2), 1e-12);
  }
}
