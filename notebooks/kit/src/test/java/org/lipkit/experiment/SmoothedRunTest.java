package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.loss.CrossEntropy;
import org.lipkit.smoothing.Smoothing;
import org.lipkit.train.Recipe;
import org.lipkit.train.TrainingListener;

class SmoothedRunTest {

  private static final Smoothing SETTINGS = new Smoothing(0.25, 0.01, 10, 30, 40);

  @TempDir Path folder;

  private Run run() {
    Experiment experiment =
        Experiment.named("test")
            .scale(RunScale.SMOKE)
            .data("strokes")
            .trainImages(200)
            .testImages(40)
            .model("2C2F")
            .loss(new CrossEntropy())
            .recipe(Recipe.radius(0.3).epochs(1).batch(50).rate(2e-3).noise(0.25))
            .radius(0.3);
    assertEquals("plain, noise 0.25", experiment.method());
    return Runner.run(experiment, folder, TrainingListener.SILENT);
  }

  @Test
  void itIsMadeOnceAboutTheSameImagesAndReadAgain() {
    Run run = run();
    SmoothedRun made = SmoothedRun.of(run, SETTINGS, 20, done -> {});
    SmoothedRun read = SmoothedRun.of(run, SETTINGS, 20, done -> assertTrue(false));
    assertEquals(made, read);
    List<Integer> labels = made.radii().stream().map(r -> r.smoothed().label()).toList();
    assertEquals(labels, made.sameImages(run).stream().map(c -> c.label()).toList());
    assertEquals(
        IntStream.range(0, 20).mapToObj(i -> 2 * i).toList(),
        made.sameImages(run).stream().map(c -> c.index()).toList());
  }

  @Test
  void drawsThatCanProveNothingAreRefused() {
    Run run = run();
    Smoothing few = new Smoothing(0.25, 0.0005, 10, 10, 40);
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class, () -> SmoothedRun.of(run, few, 20, done -> {}));
    assertTrue(refusal.getMessage().contains("10 draws prove nothing"), refusal::getMessage);
    assertTrue(refusal.getMessage().contains("at least 11"), refusal::getMessage);
    Smoothing enough = new Smoothing(0.25, 0.0005, 10, 11, 40);
    assertEquals(2, SmoothedRun.of(run, enough, 2, done -> {}).radii().size());
  }

  @Test
  void noMoreImagesAreSmoothedThanThereAre() {
    Run run = run();
    assertEquals(40, SmoothedRun.of(run, SETTINGS, 1000, done -> {}).radii().size());
    assertEquals(40, SmoothedRun.of(run, SETTINGS, 1000, done -> assertTrue(false)).radii().size());
  }

  @Test
  void aRecordAboutSomethingElseIsRefused() {
    Run run = run();
    SmoothedRun.of(run, SETTINGS, 20, done -> {});
    Smoothing other = new Smoothing(0.5, 0.01, 10, 30, 40);
    for (Smoothing asked : List.of(SETTINGS, other)) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> SmoothedRun.of(run, asked, asked == other ? 20 : 30, done -> {}))
              .getMessage();
      assertTrue(message.contains("smoothing.json is about 20 images"), message);
    }
  }
}
