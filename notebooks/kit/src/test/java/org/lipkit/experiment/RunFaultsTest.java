package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.data.Dataset;
import org.lipkit.data.MadeUp;
import org.lipkit.data.TestFiles;
import org.lipkit.layer.Classifier;
import org.lipkit.layer.Dense;
import org.lipkit.layer.Flatten;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.train.TrainingListener;

/** What may go wrong around a run: data, bounds, weights and what lies in its folder. */
class RunFaultsTest {

  private static final String DATA = "lipkit.data";

  @TempDir private Path folder;
  @TempDir private Path data;
  private String previous;

  @BeforeEach
  void setData() {
    previous = System.setProperty(DATA, data.toString());
  }

  @AfterEach
  void restoreData() {
    if (previous == null) {
      System.clearProperty(DATA);
    } else {
      System.setProperty(DATA, previous);
    }
  }

  private Run run(Experiment experiment) {
    return Runner.run(experiment, folder, TrainingListener.SILENT);
  }

  private static Experiment smoke() {
    return SmokeExperiment.named("faults");
  }

  /** Copies its input; that it is 1-Lipschitz is known until the estimate is made. */
  private static final class Forgetful extends Layer {
    private static double constant = 1;

    @Override
    public Form form(Pass pass) {
      return new Form.Exact(this, constant, x -> x);
    }
  }

  private static Experiment moons() {
    return smoke()
        .data("some moons", MadeUp.twoMoons(1).evenlySpaced(100, 40))
        .trainImages(0)
        .testImages(0)
        .model(
            "forgetful", () -> Classifier.of(new Flatten(), new Forgetful(), new Dense(2)).seed(1));
  }

  @Test
  void aNetworkWithoutAFiniteBoundIsRecordedWithNothingCertified() {
    TrainingListener forgetting =
        new TrainingListener() {
          @Override
          public void certified(int done, int total) {
            Forgetful.constant = Double.POSITIVE_INFINITY;
          }
        };
    try {
      Run run = Runner.run(moons(), folder, forgetting);
      assertTrue(run.isComplete());
      assertEquals(Double.POSITIVE_INFINITY, run.record().certification().lipschitz().value());
      assertEquals(40, run.record().certification().refused());
      assertEquals(0, run.certifiedVra());
      assertEquals(run.samples(), run(moons()).samples(), "the record says it, again and again");
    } finally {
      Forgetful.constant = 1;
    }
  }

  @Test
  void aCertificationThatFailsForAnotherReasonIsTriedAgain() {
    Experiment experiment = smoke();
    TrainingListener failing =
        new TrainingListener() {
          @Override
          public void certified(int done, int total) {
            if (Run.exists(folder)) {
              throw new IllegalArgumentException("for another reason");
            }
          }
        };
    assertThrows(IllegalArgumentException.class, () -> Runner.run(experiment, folder, failing));
    assertNotNull(run(experiment).record().certification());
  }

  /** The only step blows the weights up, after the only loss was computed. */
  @Test
  void weightsThatAreNotFiniteAfterTheLastStepAreRecordedAsDiverged() {
    Experiment experiment = smoke();
    Run run = run(experiment.trainImages(50).recipe(experiment.recipe().rate(1e38)));
    assertEquals(RunRecord.Status.DIVERGED, run.record().outcome().status());
    assertFalse(run.record().outcome().failure().isBlank());
  }

  @Test
  void drawnPicturesStandInOnlyAtSmokeScaleOrWhereTheyAreAskedFor() {
    Experiment laptop = smoke().data("mnist").scale(RunScale.LAPTOP);
    Exception refusal = assertThrows(IllegalStateException.class, () -> run(laptop));
    assertTrue(refusal.getMessage().contains("--made-up"), refusal::getMessage);
    assertFalse(Run.exists(folder));
    assertTrue(run(laptop.scale(RunScale.SMOKE)).isMadeUp());
    Path asked = folder.resolve("asked");
    assertEquals(
        "mnist (made up)", Runner.runMadeUp(laptop, asked, TrainingListener.SILENT).dataTitle());
    refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Runner.run(laptop, asked, TrainingListener.SILENT));
    assertTrue(refusal.getMessage().contains("made-up images of mnist"), refusal::getMessage);
  }

  @JsonDeserialize(using = Silent.class)
  private record Unreadable() {}

  private static final class Silent extends JsonDeserializer<Unreadable> {
    @Override
    public Unreadable deserialize(JsonParser parser, DeserializationContext context) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aFileThatCannotBeReadIsOneSentenceEvenWithoutAReason() throws IOException {
    Path file = Files.writeString(folder.resolve("record.json"), "{}\n");
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class, () -> RecordFiles.readJson(file, Unreadable.class));
    assertTrue(refusal.getMessage().contains("(UnsupportedOperation"), refusal::getMessage);
  }

  @Test
  void theDataSetIsToldBeforeTraining() {
    StringBuilder told = new StringBuilder();
    Runner.run(
        smoke(),
        folder,
        new TrainingListener() {
          @Override
          public void opened(Dataset opened) {
            told.append(opened.title()).append(' ').append(opened.train().size());
          }

          @Override
          public void stepEnded(long done, long total, double loss) {
            assertFalse(told.isEmpty());
          }
        });
    assertEquals("strokes (made up) 100", told.toString());
  }

  @Test
  void aPartOfTinyImageNetIsTrainedAndLoadedWithItsOwnClasses() {
    Path tiny = data.resolve("tiny-imagenet-200");
    for (String id : List.of("n01", "n02", "n03")) {
      TestFiles.write(
          tiny.resolve("train/" + id + "/images/0.JPEG"), TestFiles.jpeg(64, 64, false));
      TestFiles.write(tiny.resolve("val/images/" + id + ".JPEG"), TestFiles.jpeg(64, 64, false));
    }
    TestFiles.write(tiny.resolve("wnids.txt"), "n01\nn02\nn03\n");
    TestFiles.write(
        tiny.resolve("val/val_annotations.txt"), "n01.JPEG\tn01\nn02.JPEG\tn02\nn03.JPEG\tn03\n");
    Experiment experiment = smoke();
    Experiment onThree =
        experiment
            .data("tiny-imagenet")
            .trainImages(0)
            .testImages(0)
            .recipe(experiment.recipe().batch(3));
    Run run = run(onThree);
    assertEquals(3, run.record().data().inputs().classes());
    assertEquals("tiny-imagenet (3 of its 200 classes)", run.dataTitle());
    assertEquals(run.dataset().title(), run.dataTitle());
    assertNotNull(run.record().certification());
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Runner.runMadeUp(onThree, folder, TrainingListener.SILENT));
    assertTrue(refusal.getMessage().contains("other files of tiny-imagenet"), refusal::getMessage);
  }

  @Test
  void aTitleSaysWhoSplitTheImages() {
    Dataset moons = MadeUp.twoMoons(1).evenlySpaced(100, 40);
    Dataset whole = Dataset.of("moons", moons.train());
    assertEquals("a fifth", whole.splitRemark().substring(2, 9));
    Run run = run(moons().data("my moons", whole));
    assertEquals("my moons (a fifth held out for testing, seed 0)", run.dataTitle());
  }

  private void cutOff(Experiment experiment, long step) {
    TrainingListener interruption =
        new TrainingListener() {
          @Override
          public void stepEnded(long done, long total, double loss) {
            if (done == step) {
              Thread.currentThread().interrupt();
            }
          }
        };
    assertThrows(CancellationException.class, () -> Runner.run(experiment, folder, interruption));
    assertTrue(Thread.interrupted());
  }

  @Test
  void aRunThatGoesOnElsewhereListsItsParts() throws IOException {
    Experiment experiment = smoke().recipe(smoke().recipe().epochs(3));
    cutOff(experiment, 3);
    Path plan = folder.resolve("checkpoint.json");
    String json = Files.readString(plan);
    Files.writeString(plan, json.replaceFirst("(\"processor\" : )\"[^\"]*\"", "$1\"another\""));
    cutOff(experiment, 5);
    List<RunRecord.Part> earlier = run(experiment).record().earlier();
    assertEquals(1, earlier.size(), "the last two parts are of the same code and machine");
    assertEquals(1, earlier.get(0).epochs());
    assertEquals("another", earlier.get(0).provenance().environment().get("processor"));
    assertEquals(List.of(), run(smoke().name("other"), "other").record().earlier());
  }

  private Run run(Experiment experiment, String name) {
    return Runner.run(experiment, folder.resolve(name), TrainingListener.SILENT);
  }

  @Test
  void aHistoryThatIsShorterThanTheCheckpointIsRefused() throws IOException {
    Experiment experiment = smoke().recipe(smoke().recipe().epochs(3));
    cutOff(experiment, 5);
    Path history = folder.resolve(Run.HISTORY);
    String whole = Files.readString(history);
    Files.write(history, Files.readAllLines(history).subList(0, 2));
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> run(experiment));
    assertTrue(refusal.getMessage().contains("1 epochs"), refusal::getMessage);
    Files.writeString(history, whole);
    assertEquals(3, run(experiment).history().size());
  }

  @Test
  void equalRunsLeaveEqualWeightsByteForByte() throws IOException {
    run(smoke(), "a");
    run(smoke(), "b");
    assertEquals(
        -1, Files.mismatch(folder.resolve("a/weights.npz"), folder.resolve("b/weights.npz")));
  }
}
