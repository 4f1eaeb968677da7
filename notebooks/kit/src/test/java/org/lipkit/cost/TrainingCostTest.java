package org.lipkit.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.model.LayerCost;
import org.lipkit.train.Recipe;

class TrainingCostTest {

  private static final List<LayerCost> LAYERS =
      List.of(
          new LayerCost("Dense", 20, 220, 200),
          new LayerCost("MinMax", 20, 0, 0),
          new LayerCost("Dense", 5, 105, 100));

  private static TrainingCost cost(int batch) {
    return new TrainingCost(LAYERS, Recipe.radius(0.1).epochs(3).batch(batch), 1000);
  }

  @Test
  void operationsAreThoseOfTheImagesAndOfTheBound() {
    assertEquals(2 * 300 * (3 * 10 + 2 + 2), cost(10).operationsPerStep());
    assertEquals(3 * 100, cost(10).steps());
    assertEquals(300 * cost(10).operationsPerStep(), cost(10).operations());
    assertEquals(4 / 34.0, cost(10).boundShare(), 1e-12);
    assertTrue(cost(100).boundShare() < cost(10).boundShare());
  }

  @Test
  void memoryIsThatOfTheStateAndOfEveryOutput() {
    assertEquals(325 * 16, cost(10).stateBytes());
    assertEquals(45 * 2 * 10, cost(10).activationBytes());
  }

  @Test
  void hoursAreOperationsOverTheUsedShareOfThePeak() {
    Accelerator device = new Accelerator("toy", "any", 1e-12 * cost(10).operations() / 3600, "");
    assertEquals(1, cost(10).hoursOn(device, 1), 1e-12);
    assertEquals(4, cost(10).hoursOn(device, 0.25), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> cost(10).hoursOn(device, 40));
  }

  @Test
  void everyPeakHasItsSource() {
    for (Accelerator device : Accelerator.published()) {
      assertTrue(device.peakTeraflops() > 0 && !device.source().isBlank(), device::toString);
    }
  }
}
