package org.lipkit.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.RunScale;
import org.lipkit.loss.TradesCrossEntropy;
import org.lipkit.train.Recipe;

/** The schedules of the authors' code at the times that it names. */
class AsCodedExperimentsTest {

  private static Experiment paper(String name) {
    return Catalogue.get(name, RunScale.PAPER);
  }

  private static void assertRates(Recipe recipe, double[] epochs, double... rates) {
    for (int i = 0; i < epochs.length; i++) {
      assertEquals(rates[i], recipe.rateAt(epochs[i]), 1e-9 * rates[i]);
    }
  }

  private static void assertRadii(Recipe recipe, double[] epochs, double... radii) {
    for (int i = 0; i < epochs.length; i++) {
      assertEquals(radii[i], recipe.radiusAt(epochs[i]), 1e-9 * radii[i]);
    }
  }

  @Test
  void gloroTrainsAtTheWholeRadiusAndItsRateFallsAfterHalf() {
    Recipe small = paper("mnist-2c2f-gloro-as-coded").recipe();
    assertRates(small, new double[] {0, 250, 500}, 1e-3, 1e-3, 1e-6);
    assertRadii(small, new double[] {0, 100, 500}, 0.45, 0.45, 0.45);
    Experiment large = paper("mnist-4c3f-trades-as-coded");
    assertRates(large.recipe(), new double[] {0, 150, 300}, 1e-3, 1e-3, 5e-6);
    assertRadii(large.recipe(), new double[] {0, 300}, 1.75, 1.75);
    assertEquals(new TradesCrossEntropy(0, 0), large.loss().at(0));
    assertEquals(new TradesCrossEntropy(1.5, 1.5), large.loss().at(0.5));
  }

  @Test
  void theWideResidualNetworksOfLmtSeeTheExtraImages() {
    double[] drops = {79.9, 80, 120};
    for (String name : new String[] {"wrn-lmt-as-coded", "wrn-lmt-averaging-as-coded"}) {
      Experiment wide = paper(name);
      double c = name.contains("averaging") ? 0.1 : 0.01;
      assertEquals("svhn-extra", wide.data());
      assertRates(wide.recipe(), drops, 1e-2, 1e-3, 1e-4);
      assertRadii(wide.recipe(), new double[] {0, 2.5, 5, 160}, 1e-5, (1e-5 + c) / 2, c, c);
    }
  }

  @Test
  void liResNetPlusGrowsItsRadiusToThreeTimesItsOwn() {
    Experiment plus = paper("beyond-liresnet-plus");
    double radius = 36 / 255.0;
    assertRadii(plus.recipe(), new double[] {0, 400, 800}, 0.1 * radius, 3 * radius, 3 * radius);
    assertRates(plus.recipe(), new double[] {10, 20, 800}, 5e-4, 1e-3, 1e-8);
  }
}
