package org.lipkit.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.model.LayerCost;

class RepeatedLayersTest {

  private static final LayerCost DENSE = new LayerCost("Dense", 20, 220, 200);
  private static final LayerCost MIN_MAX = new LayerCost("MinMax", 20, 0, 0);

  @Test
  void pairsInSuccessionAreOneRowAndNothingIsLost() {
    List<LayerCost> layers =
        List.of(MIN_MAX, DENSE, MIN_MAX, DENSE, MIN_MAX, DENSE, MIN_MAX, DENSE);
    List<RepeatedLayers> rows = RepeatedLayers.of(layers);
    assertEquals(
        List.of("MinMax - Dense"), rows.stream().map(RepeatedLayers::name).distinct().toList());
    assertEquals(4, rows.get(0).times());
    assertEquals(4 * 200, rows.get(0).multiplyAdds());
    assertEquals(8 * 20, rows.get(0).outputs());
  }

  @Test
  void aPairThatStandsOnceIsTwoRows() {
    List<RepeatedLayers> rows = RepeatedLayers.of(List.of(DENSE, MIN_MAX));
    assertEquals(List.of("Dense", "MinMax"), rows.stream().map(RepeatedLayers::name).toList());
    assertEquals(220, rows.get(0).parameters());
    assertEquals(1, rows.get(1).times());
  }
}
