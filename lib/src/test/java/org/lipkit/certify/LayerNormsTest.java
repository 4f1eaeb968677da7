package org.lipkit.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lipkit.bound.Bound;
import org.lipkit.bound.SoundNorm;
import org.lipkit.layer.Classifier;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;

class LayerNormsTest {

  @Test
  void estimatesLieBelowAndUpperBoundsAboveTheExactNormOfEveryLinearLayer() {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier =
          Models.create("2C2F", 8, 4, 1).initialize(manager, DataType.FLOAT32, new Shape(1, 8, 8));
      List<LayerNorms> rows = LayerNorms.of(classifier, LayerNorms.METHODS);
      assertEquals(
          classifier.state().keySet().stream().filter(name -> name.endsWith("vector")).toList(),
          rows.stream().map(row -> row.layer() + "_vector").toList());
      double product = 1;
      for (LayerNorms row : rows) {
        double exact = row.norms().get(2).value();
        assertTrue(row.norms().get(0).value() <= exact * (1 + 1e-12), row::toString);
        assertEquals(Bound.Kind.UPPER, row.norms().get(1).kind());
        assertTrue(row.norms().get(1).value() >= exact, row::toString);
        assertEquals(exact, row.norms().get(1).value(), 2e-3 * exact);
        product *= exact;
      }
      assertEquals(classifier.bound(LayerNorms.METHODS.get(2)).value(), product, 1e-12 * product);
    }
  }

  @Test
  void everyLinearMapOfAFrozenNetworkHasARowOfItsOwn() {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier =
          Models.create("SLL L1 W4", 8, 4, 1)
              .initialize(manager, DataType.FLOAT32, new Shape(1, 8, 8));
      List<String> names =
          LayerNorms.of(classifier.frozen(), List.of(new SoundNorm(0))).stream()
              .map(LayerNorms::layer)
              .toList();
      assertEquals(names.size(), Set.copyOf(names).size(), names::toString);
    }
  }
}
