package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.data.Range;
import org.lipkit.loss.Loss;
import org.lipkit.loss.MarginLoss;
import org.lipkit.smoothing.Smoothing;
import org.lipkit.train.TrainingListener;

class WorkersTest {

  @TempDir private Path folder;

  /** What another program would get and give back, through bytes; the last task first. */
  private static final class Elsewhere implements Workers {

    private int tasks;

    @Override
    public <R> void run(List<? extends Task<R>> all, Outcomes<R> outcomes) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, all.size()).boxed().toList());
      Collections.reverse(order);
      for (int n : order) {
        tasks++;
        outcomes.done(n, sent(WorkersTest.<Task<R>>sent(all.get(n)).run()));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T sent(Object object) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(object);
      }
      return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private Run run(String name) {
    return Runner.run(
        SmokeExperiment.named("divided").testImages(120),
        folder.resolve(name),
        TrainingListener.SILENT);
  }

  @Test
  void dividedWorkWritesTheSameRecords() throws IOException {
    Path here = run("here").folder();
    Path there = run("there").folder();
    Elsewhere workers = new Elsewhere();
    RunCertifier.certify(Run.load(there), workers, TrainingListener.SILENT);
    assertEquals(3, workers.tasks, "batches of 50");
    RunAttacker.attack(Run.load(here), TrainingListener.SILENT);
    RunAttacker.attack(Run.load(there), workers, TrainingListener.SILENT);
    assertEquals(3 + 2 + 2, workers.tasks, "two attacks on one batch, then two samples");
    for (String file : List.of("samples.csv", "attacks.csv", "chain.csv")) {
      assertEquals(
          Files.readString(here.resolve(file)), Files.readString(there.resolve(file)), file);
    }
    Smoothing settings = new Smoothing(0.1, 0.1, 5, 25, 10);
    SmoothedRun one = SmoothedRun.of(Run.load(here), settings, 5, done -> {});
    SmoothedRun other = SmoothedRun.of(Run.load(there), settings, 5, workers, done -> {});
    assertEquals(one.radii(), other.radii());
    assertEquals(one.environment(), other.environment());
  }

  @Test
  void otherWeightsThanThoseThatWereMeantAreRefused() {
    Run run = run("here");
    RangeTask<Integer> task =
        new RangeTask<>(run.folder().toString(), "other", (open, range, done) -> List.of(), null);
    Exception refusal = assertThrows(IllegalStateException.class, task::run);
    assertTrue(refusal.getMessage().contains("other weights"), refusal::getMessage);
  }

  /** The results of the other parts would be taken for those of other samples. */
  @Test
  void aPartThatWasInterruptedIsNoResult() {
    RangeTask<Integer> task =
        RangeTask.of(run("here"), (open, range, done) -> List.of(1), new Range(0, 2));
    assertThrows(CancellationException.class, task::run);
  }

  @Test
  void aTrainingThatIsBegunAgainFindsItsRecord() throws IOException {
    Training task =
        new Training(SmokeExperiment.named("twice"), folder.resolve("twice").toString(), false);
    assertTrue(WorkersTest.<Training>sent(task).run());
    String first = Files.readString(folder.resolve("twice/run.json"));
    assertTrue(WorkersTest.<Training>sent(task).run());
    assertEquals(first, Files.readString(folder.resolve("twice/run.json")));
  }

  @Test
  void anExperimentIsSentAsItIsRecorded() {
    Experiment whole = SmokeExperiment.named("sent").seed(7);
    assertEquals(whole, sent(whole));
    Experiment own = whole.loss(Loss.named("mine", (MarginLoss) (ratios, margin) -> ratios));
    Experiment named = sent(own);
    assertEquals(own, named);
    assertThrows(
        IllegalStateException.class,
        () -> Runner.run(named, folder.resolve("own"), TrainingListener.SILENT));
  }

  @Test
  void placesThatDifferStandSideBySide() {
    Provenance here = Provenance.here();
    assertEquals(here, Provenance.together(List.of(here, here)));
    Provenance both =
        Provenance.together(List.of(here.with("cores", "8"), here.with("cores", "4")));
    assertEquals("4; 8", both.environment().get("cores"));
  }
}
