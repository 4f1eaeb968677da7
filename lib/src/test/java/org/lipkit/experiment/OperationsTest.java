package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.lipkit.layer.Classifier;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Settings;

class OperationsTest {

  private static Experiment experiment(String dataset, int trainImages) {
    RadiusRamp ramp = new RadiusRamp(0.1, 0.1, 0, RadiusRamp.Shape.LINEAR);
    Settings settings = new Settings(7, 50, 1e-3, 0, 0, 10, 1, ramp);
    return new Experiment(
        "x", Scale.SMOKE, dataset, trainImages, 0, 0, "2C2F", "EMMA", settings, 0.3, 1, 1);
  }

  @Test
  void convolutionsCountOncePerPixelAndDenseLayersOnce() {
    long first = 16 * 14 * 14 * 4 * 4;
    long second = 32 * 7 * 7 * 16 * 4 * 4;
    long dense = 32 * 7 * 7 * 100 + 100 * 10;
    assertEquals(first + second + dense, Operations.perImage(experiment("mnist", 0)));
  }

  @Test
  void anSllBlockGoesThroughItsWeightsTwice() {
    try (NDManager manager = Tensors.newManager()) {
      long blocks = perImage("SLL L2 W4", manager) - perImage("SLL L1 W4", manager);
      long plain = perImage("LiResNet L2 W4", manager) - perImage("LiResNet L1 W4", manager);
      assertEquals(2 * plain, blocks);
    }
  }

  private static long perImage(String model, NDManager manager) {
    Classifier classifier = Models.create(model, 32, 10, 1);
    return Operations.perImage(
        classifier.initialize(manager, DataType.FLOAT32, new Shape(3, 32, 32)));
  }

  @Test
  void aTrainingIsThreePassesOverEveryImage() {
    assertEquals(
        OptionalDouble.of(3.0 * 7 * 60_000 * 11),
        Operations.ofTraining(experiment("mnist", 0), 7, false, 11));
    assertEquals(
        OptionalDouble.of(3.0 * 7 * 200 * 11),
        Operations.ofTraining(experiment("mnist", 200), 7, false, 11));
    assertEquals(
        OptionalDouble.of(3.0 * 7 * 10_000 * 11),
        Operations.ofTraining(experiment("mnist", 0), 7, true, 11));
    assertTrue(Operations.ofTraining(experiment("imagenet", 0), 7, false, 11).isEmpty());
  }
}
