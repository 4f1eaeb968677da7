package org.lipkit.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static Recipe recipe(int epochs, double warmup) {
    return Recipe.radius(1).epochs(epochs).rate(2).warmup(warmup);
  }

  @Test
  void theLearningRateWarmsUpLinearlyAndFallsAsACosine() {
    Recipe recipe = recipe(100, 0.2);
    assertEquals(0, recipe.rateAt(0));
    assertEquals(1, recipe.rateAt(10), 1e-12);
    assertEquals(2, recipe.rateAt(20), 1e-12);
    assertEquals(2 * (1e-5 + (1 - 1e-5) / 2), recipe.rateAt(60), 1e-12);
    assertEquals(2e-5, recipe.rateAt(100), 1e-12);
  }

  @Test
  void withoutWarmUpItStartsAtTheTop() {
    assertEquals(2, recipe(10, 0).rateAt(0));
  }

  @Test
  void theLinearRampMeetsItsEndsAndItsMiddle() {
    RadiusRamp ramp = new RadiusRamp.Linear(0.1, 1.5, 0.5);
    assertEquals(0.1, ramp.at(0, 100), 1e-12);
    assertEquals(0.8, ramp.at(25, 100), 1e-12);
    assertEquals(1.5, ramp.at(50, 100), 1e-12);
    assertEquals(1.5, ramp.at(1000, 100), 1e-12);
  }

  @Test
  void stepsMultiplyTheLearningRateAtTheirEpochs() {
    Recipe recipe = recipe(160, 0).decay(new LearningRateDecay.Steps(0.1, List.of(0.5, 0.75)));
    assertEquals(2, recipe.rateAt(79.99));
    assertEquals(0.2, recipe.rateAt(80), 1e-12);
    assertEquals(0.02, recipe.rateAt(160), 1e-12);
  }

  @Test
  void afterHalfOfTrainingTheLearningRateFallsByAnEvenFactor() {
    Recipe recipe = recipe(100, 0).decay(new LearningRateDecay.AfterHalf(1e-4));
    assertEquals(2, recipe.rateAt(50));
    assertEquals(2e-2, recipe.rateAt(75), 1e-12);
    assertEquals(2e-4, recipe.rateAt(100), 1e-12);
  }

  /** At a quarter, half and the whole of either part of PyTorch's OneCycleLR. */
  @Test
  void oneCycleRisesAndFallsAlongACosine() {
    Recipe recipe = recipe(100, 0).decay(new LearningRateDecay.OneCycle());
    assertEquals(2 / 25.0, recipe.rateAt(0), 1e-12);
    assertEquals(2 * (1 / 25.0 + 1) / 2, recipe.rateAt(15), 1e-12);
    assertEquals(2, recipe.rateAt(30), 1e-12);
    assertEquals(2 * (4e-6 + (1 - 4e-6) * (1 + Math.sqrt(0.5)) / 2), recipe.rateAt(47.5), 1e-12);
    assertEquals(2 * (1 + 4e-6) / 2, recipe.rateAt(65), 1e-12);
    assertEquals(8e-6, recipe.rateAt(100), 1e-15);
  }

  @Test
  void theExponentialOfTheLogarithmicRampGrowsEvenly() {
    RadiusRamp ramp = new RadiusRamp.Logarithmic(0.015, 1.65, 0.5);
    assertEquals(0.015, ramp.at(0, 100), 1e-12);
    assertEquals(
        Math.exp(ramp.at(20, 100)) - Math.exp(ramp.at(10, 100)),
        Math.exp(ramp.at(45, 100)) - Math.exp(ramp.at(35, 100)),
        1e-12);
    assertEquals(1.65, ramp.at(50, 100), 1e-12);
    assertTrue(ramp.at(25, 100) > 1.65 / 2, "it is fastest at the start");
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new LearningRateDecay.Cosine(2));
    assertThrows(IllegalArgumentException.class, () -> new LearningRateDecay.AfterHalf(0));
    assertThrows(IllegalArgumentException.class, () -> new LearningRateDecay.OneCycle(0.1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new LearningRateDecay.OneCycle(2, 0.3, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new LearningRateDecay.Steps(-0.1, List.of(1.0)));
    assertThrows(IllegalArgumentException.class, () -> recipe(5, 0).averaging(1));
    assertThrows(IllegalArgumentException.class, () -> recipe(5, 0).optimizer(null));
    assertThrows(IllegalArgumentException.class, () -> new RadiusRamp.Constant(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new RadiusRamp.Linear(0.1, 1, 5));
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> recipe(0, 0));
    assertTrue(refusal.getMessage().contains("epochs must be at least 1"), refusal.getMessage());
    refusal = assertThrows(IllegalArgumentException.class, () -> recipe(5, 6));
    assertTrue(refusal.getMessage().contains("share of training"), refusal.getMessage());
  }

  @Test
  void aSetterLeavesTheRecipeItWasCalledOnAsItWas() {
    Recipe recipe = recipe(5, 0);
    assertEquals(10, recipe.epochs(10).epochs());
    assertEquals(recipe(5, 0), recipe);
    assertNotEquals(recipe, recipe.batch(3));
  }
}
