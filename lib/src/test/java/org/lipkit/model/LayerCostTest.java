package org.lipkit.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.layer.Classifier;
import org.lipkit.tensor.Tensors;

class LayerCostTest {

  private static List<LayerCost> of(String model) {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier =
          Models.create(model, 32, 10, 1)
              .initialize(manager, DataType.FLOAT32, new Shape(3, 32, 32));
      List<LayerCost> layers = LayerCost.of(classifier);
      assertEquals(
          classifier.parameterCount(), layers.stream().mapToLong(LayerCost::parameters).sum());
      return layers;
    }
  }

  @Test
  void everyWeightCountsOncePerPlaceWhereItIsUsed() {
    List<Long> products =
        of("LiResNet L2 W8 D32").stream().map(LayerCost::multiplyAdds).filter(n -> n > 0).toList();
    long stem = 16 * 16 * 5 * 5 * 3 * 8;
    long block = 16 * 16 * 3 * 3 * 8 * 8;
    long neck = 4 * 4 * 4 * 4 * 8 * 16;
    assertEquals(List.of(stem, block, block, neck, 16L * 16 * 32, 32L * 10), products);
  }

  @Test
  void outputsAreThoseOfOneImage() {
    List<LayerCost> layers = of("LiResNet L1 W8 D32");
    assertEquals(new LayerCost("Shift", 3 * 32 * 32, 0, 0), layers.get(0));
    assertEquals(10, layers.get(layers.size() - 1).outputs());
  }
}
