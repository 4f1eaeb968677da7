package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.bound.Bound;
import org.lipkit.bound.PowerIteration;
import org.lipkit.catalogue.Catalogue;
import org.lipkit.certify.Certifier;
import org.lipkit.data.Datasets;
import org.lipkit.tensor.FileLock;
import org.lipkit.tensor.Tensors;
import org.lipkit.train.RadiusRamp;
import org.lipkit.train.Recipe;
import org.lipkit.train.TrainingListener;

class RunnerTest {

  @TempDir Path folder;

  private static Experiment experiment(double rate) {
    return experiment(rate, false);
  }

  private static Experiment experiment(double rate, boolean mixed) {
    return Experiment.named("test")
        .scale(RunScale.SMOKE)
        .data("strokes")
        .trainImages(200)
        .testImages(100)
        .model("2C2F")
        .recipe(
            Recipe.radius(new RadiusRamp.Linear(0.045, 0.45, 1 / 3.0))
                .epochs(3)
                .batch(50)
                .rate(rate)
                .warmup(0)
                .mixedPrecision(mixed))
        .radius(0.3)
        .evaluateEvery(2);
  }

  private static TrainingListener interruption(long step) {
    return new TrainingListener() {
      @Override
      public void stepEnded(long done, long total, double loss) {
        if (done == step) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  @Test
  void aRunLeavesARecordThatSaysEverything() {
    Run run = Runner.run(experiment(2e-3), folder, TrainingListener.SILENT);
    assertEquals(experiment(2e-3), run.experiment());
    assertEquals(RunRecord.Status.COMPLETE, run.record().outcome().status());
    assertTrue(run.isMadeUp());
    assertTrue(run.record().provenance().environment().containsKey("engine"));
    assertEquals(3, run.history().size());
    assertNull(run.history().get(0).testVra());
    assertTrue(run.history().get(1).testVra() <= run.history().get(1).testAccuracy());
    assertNull(run.history().get(0).rotation());
    double rotation = run.history().get(1).rotation();
    assertTrue(rotation > 0 && rotation < 1, () -> "rotation " + rotation);
    assertEquals(100, run.samples().size());
    assertFalse(Files.exists(folder.resolve("checkpoint.npz")));
    assertFalse(Files.exists(folder.resolve("checkpoint-rivals.json")));
  }

  @Test
  void theRecordedSamplesAreThoseOfTheRecordedWeights() {
    Run run = Runner.run(experiment(2e-3), folder, TrainingListener.SILENT);
    try (NDManager manager = Tensors.newManager()) {
      Certifier certifier = new Certifier(run.classifier(manager), PowerIteration.PUBLISHED);
      var samples =
          certifier.certify(run.dataset().test(), 50, done -> {}).stream().map(Sample::of).toList();
      assertEquals(
          samples.stream().map(Sample::estimated).toList(),
          run.samples().stream().map(Sample::estimated).toList());
    }
  }

  @Test
  void theSamplesFileHasTheColumnsOfTheContract() throws IOException {
    Runner.run(experiment(2e-3), folder, TrainingListener.SILENT);
    assertEquals(
        "index,label,prediction,margin,radius_estimated,radius_certified,attack_distance",
        Files.readAllLines(folder.resolve("samples.csv")).get(0));
  }

  @Test
  void certificatesAreAddedToARecordThatHasNone() throws IOException {
    Run run = Runner.run(experiment(2e-3), folder, TrainingListener.SILENT);
    Certification found = run.record().certification();
    assertEquals(Bound.Kind.UPPER, found.lipschitz().kind());
    assertTrue(found.lipschitz().value() >= run.record().network().lipschitz().value());
    assertTrue(run.certified().at(0.01) <= run.estimated().at(0.01));
    assertTrue(run.certified().at(0.01) > 0);

    Path samples = folder.resolve("samples.csv");
    List<String> rows = Files.readAllLines(samples);
    Files.write(
        samples, rows.stream().map(row -> row.replaceFirst(",[0-9.Ee-]+,$", ",,")).toList());
    Path record = folder.resolve("run.json");
    String json = Files.readString(record);
    Files.writeString(
        record, json.substring(0, json.lastIndexOf(',', json.indexOf("certification"))) + "}");
    Run old = Run.load(folder);
    assertNull(old.record().certification());
    assertNull(old.samples().get(0).radiusCertified());
    assertThrows(IllegalStateException.class, old::certified);

    Run again = RunCertifier.certify(Run.load(folder), TrainingListener.SILENT);
    assertEquals(run.samples(), again.samples());
    assertEquals(found.vra(), again.record().certification().vra());
  }

  @Test
  void anInterruptedRunGoesOnAndEndsInTheSameRecord() {
    Run unbroken = Runner.run(experiment(2e-3), folder.resolve("a"), TrainingListener.SILENT);
    assertThrows(
        CancellationException.class,
        () -> Runner.run(experiment(2e-3), folder.resolve("b"), interruption(6)));
    assertTrue(Thread.interrupted());
    Run resumed = Runner.run(experiment(2e-3), folder.resolve("b"), TrainingListener.SILENT);
    assertEquals(unbroken.samples(), resumed.samples());
    assertEquals(
        unbroken.history().stream().map(Epoch::loss).toList(),
        resumed.history().stream().map(Epoch::loss).toList());
    assertEquals(
        unbroken.history().stream().map(Epoch::rotation).toList(),
        resumed.history().stream().map(Epoch::rotation).toList());
  }

  @Test
  void aRunThatWasCutOffWhileItWasCertifiedIsCertifiedByTheNext() {
    TrainingListener interruption =
        new TrainingListener() {
          @Override
          public void certified(int done, int total) {
            if (Run.exists(folder)) {
              Thread.currentThread().interrupt();
            }
          }
        };
    assertThrows(
        CancellationException.class, () -> Runner.run(experiment(2e-3), folder, interruption));
    assertTrue(Thread.interrupted());
    assertNull(Run.load(folder).record().certification());
    Run run = rerun();
    assertTrue(run.certified().at(0.01) > 0);
    assertFalse(Files.exists(folder.resolve("checkpoint.json")));
  }

  @Test
  void aFolderThatAnotherRunIsWritingToIsRefused() throws IOException {
    try (FileLock lock = Run.lock(folder, TrainingListener.SILENT)) {
      Exception refusal = assertThrows(IllegalStateException.class, this::rerun);
      assertTrue(refusal.getMessage().contains("being written"), refusal.getMessage());
      assertFalse(Run.exists(folder), lock::toString);
    }
    Path left = folder.resolve("checkpoint.npz.of-a-killed-program.part");
    Files.writeString(left, "unfinished");
    rerun();
    assertFalse(Files.exists(folder.resolve("checkpoint.lock")));
    assertFalse(Files.exists(left));
  }

  @Test
  void aRunGoesOnWithTheDataThatItBeganWithOrNotAtAll() throws IOException {
    losses(experiment(2e-3), ".", 2, false);
    Path plan = folder.resolve("checkpoint.json");
    String json = Files.readString(plan);
    Files.writeString(plan, json.replace("\"madeUp\" : true", "\"madeUp\" : false"));
    Exception refusal = assertThrows(IllegalArgumentException.class, this::rerun);
    assertTrue(refusal.getMessage().contains("bring those back"), refusal.getMessage());
    Files.writeString(plan, json);
    assertEquals(RunRecord.Status.COMPLETE, rerun().record().outcome().status());
  }

  @Test
  void aRecordKnowsItsTestImages() {
    Run run = rerun();
    assertEquals("strokes (made up)", run.dataTitle());
    assertTrue(run.wasTestedOn(run.dataset()));
    assertFalse(run.wasTestedOn(Datasets.standIn("strokes")), "another number of images");
    assertFalse(
        run.wasTestedOn(Datasets.standIn("textures-32").evenlySpaced(200, 100)), "other labels");
  }

  /** The losses of a run's steps from where it stands, until it is interrupted. */
  private List<Double> losses(Experiment experiment, String name, long until, boolean pays) {
    List<Double> losses = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepEnded(long done, long total, double loss) {
            losses.add(loss);
            interruption(until).stepEnded(done, total, loss);
          }
        };
    assertThrows(
        CancellationException.class,
        () -> Runner.run(experiment, folder.resolve(name), listener, false, () -> pays));
    assertTrue(Thread.interrupted());
    return losses;
  }

  /** Epoch 2, which ends with step 8, is evaluated. */
  @Test
  void anInterruptAtTheEndOfAnEpochLosesNothing() {
    losses(experiment(2e-3), ".", 8, true);
    assertEquals(1, losses(experiment(2e-3), ".", 9, true).size());
    assertEquals(3, rerun().history().size());
  }

  @Test
  void mixedPrecisionIsFloat32WhereItDoesNotPay() {
    List<Double> float32 = losses(experiment(2e-3), "float32", 3, true);
    assertEquals(float32, losses(experiment(2e-3, true), "slow", 3, false));
    assertNotEquals(float32, losses(experiment(2e-3, true), "fast", 3, true));
  }

  @Test
  void aResumedRunKeepsThePrecisionThatItBeganIn() {
    for (boolean pays : List.of(true, false)) {
      List<Double> unbroken = losses(experiment(2e-3, true), "unbroken " + pays, 3, pays);
      List<Double> broken = losses(experiment(2e-3, true), "broken " + pays, 1, pays);
      broken.addAll(losses(experiment(2e-3, true), "broken " + pays, 3, !pays));
      assertEquals(unbroken, broken);
    }
  }

  @Test
  void theRecordHasWhatWasAskedForAndWhatWasUsed() {
    Experiment asked = experiment(1e30, true);
    for (boolean pays : List.of(true, false)) {
      Path where = folder.resolve("pays " + pays);
      RunRecord record =
          Runner.run(asked, where, TrainingListener.SILENT, false, () -> pays).record();
      assertEquals(asked, record.experiment());
      assertEquals(
          pays ? "bfloat16 and float32" : "float32",
          record.provenance().environment().get("precision"));
    }
  }

  @Test
  void weightsThatStandStillRotateNothing() {
    Run run = Runner.run(experiment(1e-30), folder, TrainingListener.SILENT);
    assertEquals(0, run.history().get(1).rotation());
    assertEquals(0, run.history().get(2).rotation());
  }

  @Test
  void aHistoryOlderThanItsLastColumnIsLoaded() throws IOException {
    Run run = rerun();
    Path history = folder.resolve("history.csv");
    List<String> rows = Files.readAllLines(history);
    Files.write(history, rows.stream().map(row -> row.substring(0, row.lastIndexOf(','))).toList());
    Run old = Run.load(folder);
    assertNull(old.history().get(1).rotation());
    assertEquals(run.history().get(1).testVra(), old.history().get(1).testVra());
    Files.write(history, rows.stream().map(row -> row.substring(0, row.indexOf(','))).toList());
    assertThrows(IllegalArgumentException.class, () -> Run.load(folder));
  }

  @Test
  void aFinishedRunIsLoadedAndNotRepeated() {
    Run first = Runner.run(experiment(2e-3), folder, TrainingListener.SILENT);
    assertEquals(first.record().outcome(), rerun().record().outcome());
  }

  private Run rerun() {
    return Runner.run(experiment(2e-3), folder, TrainingListener.SILENT);
  }

  @Test
  void aFolderOfAnotherExperimentIsRefused() {
    rerun();
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Runner.run(experiment(1e-3), folder, TrainingListener.SILENT));
    assertTrue(refusal.getMessage().contains("holds another version"), refusal.getMessage());
  }

  @Test
  void aDivergedRunIsRecordedAsDiverged() {
    Run run = Runner.run(experiment(1e30), folder, TrainingListener.SILENT);
    assertEquals(RunRecord.Status.DIVERGED, run.record().outcome().status());
    assertTrue(run.record().outcome().failure().contains("diverged"));
    assertThrows(IllegalStateException.class, run::estimated);
    Exception refusal =
        assertThrows(
            IllegalStateException.class, () -> RunAttacker.attack(run, TrainingListener.SILENT));
    assertTrue(refusal.getMessage().contains("diverged"), refusal.getMessage());
  }

  @Test
  void aDamagedRecordIsRefusedWithASentence() throws IOException {
    rerun();
    Path samples = folder.resolve("samples.csv");
    Files.writeString(samples, Files.readString(samples).replace("margin", "margins"));
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> Run.load(folder));
    assertTrue(refusal.getMessage().contains("samples.csv"), refusal.getMessage());
  }

  @Test
  void theRecordsOfTheCheckoutAreOfTheCataloguesExperiments() {
    for (Run run : Results.recorded()) {
      Experiment recorded = run.experiment();
      assertEquals(Catalogue.get(recorded.name(), recorded.scale()), recorded);
    }
  }

  @Test
  void theCatalogueHasEveryExperimentAtEveryScale() {
    for (String name : Catalogue.names()) {
      for (RunScale scale : RunScale.values()) {
        assertEquals(scale, Catalogue.get(name, scale).scale());
      }
    }
    Exception refusal =
        assertThrows(IllegalArgumentException.class, () -> Catalogue.get("nope", RunScale.SMOKE));
    assertTrue(refusal.getMessage().contains("mnist-2c2f-emma"), refusal.getMessage());
    assertThrows(IllegalArgumentException.class, () -> RunScale.of("huge"));
  }

  @Test
  void aFamilyBeginsWithItsFirstSeed() {
    List<String> family = Catalogue.family("losses-cifar10-");
    assertEquals(18, family.size());
    assertTrue(family.subList(0, 6).stream().allMatch(name -> name.endsWith("-1")));
    assertThrows(IllegalArgumentException.class, () -> Catalogue.family("nothing-"));
  }
}
