package org.lipkit.smoothing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lipkit.data.Images;
import org.lipkit.data.MadeUp;
import org.lipkit.tensor.Tensors;

class SmoothedClassifierTest {

  private static final double SIGMA = 0.25;
  private static final Smoothing SETTINGS = new Smoothing(SIGMA, 0.01, 50, 2000, 300);
  private static final Images IMAGES = MadeUp.twoMoons(1).test().evenlySpaced(12);
  private static final NDManager MANAGER = Tensors.newManager();

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  /** Logits 0 and {@code <w, x> - 0.3} with w = (2, -1.5). */
  private static NDArray linear(NDArray x) {
    NDArray w = MANAGER.create(new float[] {0, 2, 0, -1.5f}, new Shape(2, 2));
    NDArray offset = MANAGER.create(new float[] {0, -0.3f});
    return x.reshape(-1, 2).matMul(w).add(offset);
  }

  private static double signedDistance(int n) {
    float[] x = new float[2];
    IMAGES.read(n, null, x, 0);
    return (2 * x[0] - 1.5 * x[1] - 0.3f) / 2.5;
  }

  private static UnaryOperator<NDArray> constant(float... logits) {
    return x -> MANAGER.create(logits, new Shape(1, 2)).tile(new long[] {x.getShape().get(0), 1});
  }

  private static SmoothedClassifier smoothed(UnaryOperator<NDArray> base, Smoothing settings) {
    return new SmoothedClassifier(base, settings, 3, MANAGER);
  }

  /** Under noise class 1 has probability Phi(d / sigma), and Cohen's radius is d itself. */
  @Test
  void onALinearClassifierProbabilityAndRadiusAreKnown() {
    NormalDistribution normal = NormalDistribution.of(0, 1);
    List<Integer> told = new ArrayList<>();
    List<SmoothedRadius> radii =
        smoothed(SmoothedClassifierTest::linear, SETTINGS).radii(IMAGES, told::add);
    assertEquals(IMAGES.size(), told.get(told.size() - 1));
    int draws = SETTINGS.draws();
    int claims = 0;
    for (int n = 0; n < IMAGES.size(); n++) {
      SmoothedRadius found = radii.get(n);
      double distance = Math.abs(signedDistance(n));
      double p = normal.cumulativeProbability(signedDistance(n) / SIGMA);
      double deviation = Math.sqrt(p * (1 - p) / draws);
      assertEquals(p, found.smoothed().counts().get(1) / (double) draws, 5 * deviation + 1e-9);
      assertEquals(0.01, found.smoothed().alpha());
      assertEquals(IMAGES.label(n), found.smoothed().label());
      if (found.smoothed().prediction() != SmoothedPrediction.ABSTAIN) {
        claims++;
        assertEquals(signedDistance(n) > 0 ? 1 : 0, found.smoothed().prediction());
        assertTrue(found.radius() <= distance, () -> found + " but the distance is " + distance);
        double worst = Math.max(p, 1 - p) - 8 * deviation;
        assertTrue(
            found.radius() >= SIGMA * normal.inverseCumulativeProbability(worst),
            () -> found + " is far below " + distance);
        assertTrue(found.toString().contains("probability up to 0.01"), found::toString);
      }
    }
    assertTrue(claims >= IMAGES.size() / 2);
    double clean = SmoothedRadius.probabilisticAccuracy(radii, 0);
    assertTrue(SmoothedRadius.probabilisticAccuracy(radii, 0.2) <= clean && clean > 0);
    assertEquals(0, SmoothedRadius.probabilisticAccuracy(radii, 10));
  }

  /** The second logit is the sign of the first pixel's noise: both classes are equally likely. */
  @Test
  void itAbstainsWhenClassesTie() {
    Images corner = MadeUp.twoMoons(1).test().evenlySpaced(1);
    float[] pixels = new float[2];
    corner.read(0, null, pixels, 0);
    UnaryOperator<NDArray> tie =
        x -> {
          NDArray first = x.reshape(-1, 2).get(":,0:1").sub(pixels[0]);
          return first.zerosLike().concat(first, 1);
        };
    SmoothedRadius radius = smoothed(tie, SETTINGS).radii(corner, done -> {}).get(0);
    SmoothedPrediction prediction = radius.smoothed();
    assertEquals(SmoothedPrediction.ABSTAIN, prediction.prediction());
    assertEquals(2000, prediction.counts().get(0) + prediction.counts().get(1));
    assertEquals(0, radius.radius());
    assertTrue(radius.toString().contains("abstains"));
  }

  /** Every draw agrees: the bound is alpha^(1/n). */
  @Test
  void aConstantClassifierHasTheLargestRadiusThatTheDrawsAllow() {
    SmoothedRadius found = smoothed(constant(1, 0), SETTINGS).radii(IMAGES, done -> {}).get(0);
    assertEquals(Math.pow(0.01, 1 / 2000.0), found.lowerProbability(), 1e-8);
    double quantile =
        NormalDistribution.of(0, 1).inverseCumulativeProbability(found.lowerProbability());
    assertEquals(SIGMA * quantile, found.radius(), 1e-12);
    assertEquals(found.radius(), SETTINGS.largestRadius());
    assertEquals(0, new Smoothing(SIGMA, 0.01, 1, 6, 1).largestRadius());
  }

  @Test
  void resultsDependOnTheSeedAndNotOnTheBatches() {
    Smoothing other = new Smoothing(SIGMA, 0.01, 50, 2000, 7);
    UnaryOperator<NDArray> base = SmoothedClassifierTest::linear;
    Images few = IMAGES.evenlySpaced(3);
    List<SmoothedRadius> found = smoothed(base, SETTINGS).radii(few, done -> {});
    assertEquals(found, smoothed(base, other).radii(few, done -> {}));
    SmoothedClassifier reseeded = new SmoothedClassifier(base, SETTINGS, 4, MANAGER);
    assertTrue(!found.equals(reseeded.radii(few, done -> {})));
  }

  @Test
  void anInterruptedRunKeepsWhatIsFinished() {
    List<SmoothedRadius> found =
        smoothed(SmoothedClassifierTest::linear, SETTINGS)
            .radii(
                IMAGES,
                done -> {
                  if (done == 2) {
                    Thread.currentThread().interrupt();
                  }
                });
    assertTrue(Thread.interrupted());
    assertEquals(2, found.size());
  }

  @Test
  void nonsenseIsRefusedWithASentence() {
    refused("deviation", () -> new Smoothing(0, 0.1, 1, 1, 1));
    refused("alpha", () -> new Smoothing(1, 1, 1, 1, 1));
    refused("at least one draw", () -> new Smoothing(1, 0.1, 1, 0, 1));
    refused(
        "Sample 0 has a logit of NaN",
        () -> smoothed(constant(0, Float.NaN), SETTINGS).radii(IMAGES, done -> {}));
    refused(
        "at least two classes",
        () -> smoothed(x -> x.reshape(-1, 1), SETTINGS).radii(IMAGES, done -> {}));
    refused("at least one sample", () -> SmoothedRadius.probabilisticAccuracy(List.of(), 0.1));
    SmoothedPrediction abstains =
        new SmoothedPrediction(4, 0, SmoothedPrediction.ABSTAIN, List.of(1, 1), 0.1);
    assertFalse(new SmoothedPrediction(4, Images.UNKNOWN, -1, List.of(1, 1), 0.1).correct());
    refused("Sample 4 cannot have a radius", () -> new SmoothedRadius(abstains, 0.4, 0.1));
  }

  private static void refused(String words, org.junit.jupiter.api.function.Executable action) {
    Exception refusal = assertThrows(IllegalArgumentException.class, action);
    assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
  }
}
