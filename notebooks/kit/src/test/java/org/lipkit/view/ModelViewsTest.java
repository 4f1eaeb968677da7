package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.certify.MarginConstants;
import org.lipkit.data.ImageShape;
import org.lipkit.layer.AveragePooling;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Layer;
import org.lipkit.layer.MaxPooling;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;
import tech.tablesaw.api.Table;

class ModelViewsTest {

  private static final NormMethod TWO = map -> new Bound(2, Bound.Kind.ESTIMATE, "assumed");

  @Test
  void theLayersOfSumsStandBelowThem() {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier =
          Models.create("WRN-10-1 avg", 8, 5, 1)
              .initialize(manager, DataType.FLOAT32, new Shape(3, 8, 8));
      Table table = ModelViews.layers("WRN", classifier, TWO);
      List<String> names = table.stringColumn("layer").asList();
      List<String> second =
          List.of(
              "SumOfBranches",
              "\u2003shortcut: AveragePooling",
              "\u2003shortcut: Convolution",
              "\u2003branch: NormalizedConvolution",
              "\u2003branch: Relu",
              "\u2003branch: Dropout",
              "\u2003branch: Convolution",
              "BatchNorm");
      int at = names.lastIndexOf("\u2003shortcut: AveragePooling") - 1;
      assertEquals(second, names.subList(at, at + second.size()));
      assertEquals(
          List.of("64 x 2 x 2", "32 x 2 x 2", "64 x 2 x 2", "64 x 2 x 2"),
          table.stringColumn("output").asList().subList(at, at + 4));
      long[] parameters = table.longColumn("parameters").asLongArray();
      assertEquals(
          parameters[at], IntStream.range(at + 1, at + 7).mapToLong(i -> parameters[i]).sum());
      double[] bounds = table.doubleColumn("Lipschitz constant").asDoubleArray();
      assertEquals(5, bounds[at]);
      assertEquals(0.5, bounds[at + 1]);
      int last = names.size() - 2;
      assertEquals("whole network", names.get(last));
      assertEquals(classifier.parameterCount(), parameters[last]);
      assertEquals(classifier.bound(TWO).value(), bounds[last], 1e-4);
      IntStream flat = IntStream.range(0, last).filter(i -> !names.get(i).contains(":"));
      assertEquals(parameters[last], flat.mapToLong(i -> parameters[i]).sum());
      assertEquals("estimate", table.stringColumn("kind").get(last));
      double margin = MarginConstants.of(classifier, TWO).largest();
      assertEquals(margin, bounds[last + 1], 1e-4);
    }
  }

  @Test
  void whatALayerIsMadeOfStandsBelowIt() {
    try (NDManager manager = Tensors.newManager()) {
      Classifier classifier =
          Models.create("SLL L1 W2 D2", 8, 2, 1)
              .initialize(manager, DataType.FLOAT32, new Shape(3, 8, 8));
      List<String> names = ModelViews.layers("SLL", classifier, TWO).stringColumn("layer").asList();
      assertEquals(List.of("Sll", "\u2003inner: Convolution", "MinMax"), names.subList(3, 6));
    }
  }

  @Test
  void thePoolingsConstantsAreAttainedOrAbove() {
    try (NDManager manager = Tensors.newManager()) {
      Map<String, Layer> layers =
          Map.of("max", new MaxPooling(2, 1, 0), "average", new AveragePooling(2, 2));
      Table table = ModelViews.slopes("T", layers, new ImageShape(1, 4, 4), manager);
      for (int row = 0; row < 2; row++) {
        double constant = table.row(row).getString("layer").equals("max") ? 2 : 0.5;
        assertEquals(constant, table.numberColumn("constant").getDouble(row));
        assertEquals(
            constant, table.numberColumn("steepest pair found").getDouble(row), 0.02 * constant);
      }
    }
  }
}
