package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  void theLogarithmicRampGrowsByAnEvenFactor() {
    RadiusRamp ramp = new RadiusRamp(0.01, 1, 10, RadiusRamp.Shape.LOGARITHMIC);
    assertEquals(0.1, ramp.at(5), 1e-12);
    assertEquals(ramp.at(3) / ramp.at(1), ramp.at(8) / ramp.at(6), 1e-12);
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RadiusRamp(0, 1, 5, RadiusRamp.Shape.LOGARITHMIC));
    assertThrows(IllegalArgumentException.class, () -> RadiusRamp.constant(Double.NaN));
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> settings(0, 0));
    assertTrue(refusal.getMessage().contains("epochs must be at least 1"), refusal.getMessage());
    assertThrows(IllegalArgumentException.class, () -> settings(5, 6));
  }
}
