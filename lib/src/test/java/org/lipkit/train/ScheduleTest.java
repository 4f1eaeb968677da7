package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static Settings settings(int epochs, double warmup) {
    return new Settings(epochs, 1, 2, warmup, 0, 1, 1, RadiusRamp.constant(1));
  }

  @Test
  void theLearningRateWarmsUpLinearlyAndFallsAsACosine() {
    Settings settings = settings(100, 20);
    assertEquals(0, settings.learningRateAt(0));
    assertEquals(1, settings.learningRateAt(10), 1e-12);
    assertEquals(2, settings.learningRateAt(20), 1e-12);
    assertEquals(2 * (1e-5 + (1 - 1e-5) / 2), settings.learningRateAt(60), 1e-12);
    assertEquals(2e-5, settings.learningRateAt(100), 1e-12);
  }

  @Test
  void withoutWarmUpItStartsAtTheTop() {
    assertEquals(2, settings(10, 0).learningRateAt(0));
  }

  @Test
  void theLinearRampMeetsItsEndsAndItsMiddle() {
    RadiusRamp ramp = new RadiusRamp(0.1, 1.5, 50, RadiusRamp.Shape.LINEAR);
    assertEquals(0.1, ramp.at(0), 1e-12);
    assertEquals(0.8, ramp.at(25), 1e-12);
    assertEquals(1.5, ramp.at(50), 1e-12);
    assertEquals(1.5, ramp.at(1000), 1e-12);
  }

  @Test
  void stepsMultiplyTheLearningRateAtTheirEpochs() {
    Settings settings =
        settings(160, 0).withDecay(new LearningRateDecay.Steps(0.1, List.of(80.0, 120.0)));
    assertEquals(2, settings.learningRateAt(79.99));
    assertEquals(0.2, settings.learningRateAt(80), 1e-12);
    assertEquals(0.02, settings.learningRateAt(160), 1e-12);
  }

  @Test
  void afterHalfOfTrainingTheLearningRateFallsByAnEvenFactor() {
    Settings settings = settings(100, 0).withDecay(new LearningRateDecay.AfterHalf(1e-4));
    assertEquals(2, settings.learningRateAt(50));
    assertEquals(2e-2, settings.learningRateAt(75), 1e-12);
    assertEquals(2e-4, settings.learningRateAt(100), 1e-12);
  }

  @Test
  void theExponentialOfTheLogarithmicRampGrowsEvenly() {
    RadiusRamp ramp = RadiusRamp.gloro(1.5, 100);
    assertEquals(0.015, ramp.at(0), 1e-12);
    assertEquals(
        Math.exp(ramp.at(20)) - Math.exp(ramp.at(10)),
        Math.exp(ramp.at(45)) - Math.exp(ramp.at(35)),
        1e-12);
    assertEquals(1.65, ramp.at(50), 1e-12);
    assertTrue(ramp.at(25) > 1.65 / 2, "it is fastest at the start");
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new LearningRateDecay.Cosine(2));
    assertThrows(IllegalArgumentException.class, () -> new LearningRateDecay.AfterHalf(0));
    assertThrows(
        IllegalArgumentException.class, () -> new LearningRateDecay.Steps(-0.1, List.of(1.0)));
    assertThrows(IllegalArgumentException.class, () -> settings(5, 0).withAveraging(1));
    assertThrows(IllegalArgumentException.class, () -> settings(5, 0).withOptimizer("Adagrad"));
    assertThrows(IllegalArgumentException.class, () -> settings(5, 0).withRegularizer("magic"));
    assertThrows(IllegalArgumentException.class, () -> RadiusRamp.constant(Double.NaN));
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> settings(0, 0));
    assertTrue(refusal.getMessage().contains("epochs must be at least 1"), refusal.getMessage());
    assertThrows(IllegalArgumentException.class, () -> settings(5, 6));
  }
}
