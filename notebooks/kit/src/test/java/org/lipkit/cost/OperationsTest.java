package org.lipkit.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lipkit.experiment.DataOrigin;
import org.lipkit.experiment.Epoch;
import org.lipkit.experiment.Experiment;
import org.lipkit.experiment.Inputs;
import org.lipkit.experiment.Provenance;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunRecord;
import org.lipkit.layer.Classifier;
import org.lipkit.model.Models;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.Recipe;

class OperationsTest {

  private static Experiment experiment(String dataset, int trainImages) {
    return Experiment.named("x")
        .data(dataset)
        .trainImages(trainImages)
        .model("2C2F")
        .recipe(Recipe.radius(0.1).epochs(7))
        .radius(0.3);
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
    return classifier.initialize(manager, DataType.FLOAT32, new Shape(3, 32, 32)).multiplyAdds();
  }

  @Test
  void aTrainingIsThreePassesOverEveryImage() {
    assertEquals(3.0 * 7 * 60_000 * 11, planned("mnist", 0));
    assertEquals(3.0 * 7 * 200 * 11, planned("mnist", 200));
    assertTrue(Operations.ofTraining(experiment("imagenet", 0), 11).isEmpty());
  }

  private static double planned(String dataset, int trainImages) {
    return Operations.ofTraining(experiment(dataset, trainImages), 11).getAsDouble();
  }

  @Test
  void aRecordedTrainingIsCountedByItsOwnEpochsAndImages() {
    RunRecord record =
        new RunRecord(
            experiment("mnist", 0),
            new DataOrigin(true, "", new Inputs(1, 28, 28, 10), 10_000, 10_000, Map.of()),
            new RunRecord.Outcome(RunRecord.Status.COMPLETE, null, "2026-01-01T00:00:00Z", 2, 1, 1),
            new RunRecord.Network(1, 11, null, null),
            new Provenance(Map.of(), "unknown"),
            List.of(),
            null);
    Epoch epoch = new Epoch(1, 60, 0.5, 1e-3, 0.45, 1, 1, null, null, null);
    Run run = new Run(Path.of("nowhere"), record, List.of(epoch, epoch), List.of());
    assertEquals(3.0 * 2 * 10_000 * 11, Operations.ofTraining(run));
  }
}
