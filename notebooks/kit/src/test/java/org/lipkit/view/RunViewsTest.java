package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.draw.Charts;
import org.lipkit.draw.Title;
import org.lipkit.experiment.Published;
import org.lipkit.experiment.PublishedResult;
import org.lipkit.experiment.Results;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.RunStatistics;
import org.lipkit.experiment.Sample;
import tech.tablesaw.api.Table;

class RunViewsTest {

  private final Run run = Recorded.run(Recorded.experiment("a", 1), 0.1f, 0.31f, 0.4f, 1f);

  @Test
  void aListOfRadiiGivesTwoColumnsEach() {
    List<PublishedResult> published =
        Published.load().dataset("CIFAR-10").system("LiResNet++").results();
    Table table = RunViews.table("T", List.of(run), published, 36 / 255.0, 72 / 255.0, 0.3);
    assertEquals(
        List.of("run", "clean %", "36/255 est. %", "36/255 cert. %", "72/255 est. %"),
        table.columnNames().subList(0, 5));
    assertEquals(100.0, table.doubleColumn("clean %").get(0));
    assertEquals(75.0, table.doubleColumn("0.3 est. %").get(0));
    assertEquals(50.0, table.doubleColumn("0.3 cert. %").get(0));
  }

  @Test
  void aSystemOfOneSourceIsOneRowForAllRadii() {
    List<PublishedResult> published =
        Published.load().dataset("CIFAR-10").system("BRONet-L").results();
    assertEquals(3, published.size());
    Table table = RunViews.table("T", List.of(), published, 36 / 255.0, 72 / 255.0, 1.0);
    assertEquals(1, table.rowCount());
    assertEquals(published.get(0).vraPct(), table.doubleColumn("36/255 est. %").get(0));
    assertEquals(published.get(1).vraPct(), table.doubleColumn("72/255 est. %").get(0));
    assertTrue(table.column("1.0 est. %").isMissing(0));
    assertEquals(0, RunViews.table("T", List.of(), published, 1.58).rowCount());
  }

  @Test
  void withoutRadiiEachRowHasItsOwn() {
    List<PublishedResult> published =
        Published.load().dataset("CIFAR-10").system("BRONet-L").results();
    Table table =
        RunViews.table(
            "T", List.of(run, Recorded.diverged(Recorded.experiment("b", 1))), published);
    assertEquals(5, table.rowCount());
    assertEquals(0.3, table.doubleColumn("radius").get(0));
    assertEquals(75.0, table.doubleColumn("VRA est. %").get(0));
    assertTrue(table.column("VRA est. %").isMissing(1));
  }

  @Test
  void aRunWithoutAValueHasNoCurve() {
    Run diverged = Recorded.diverged(Recorded.experiment("b", 1));
    Charts.Panel losses =
        new Charts.Panel(
            "loss", List.of(new Charts.Curve("a", new double[] {1}, new double[] {1})));
    assertEquals(
        Charts.training(new Title("T", false), List.of(losses)).getWidth(),
        RunViews.training("T", List.of(run, diverged)).getWidth());
    assertThrows(IllegalArgumentException.class, () -> RunViews.training("T", List.of()));
  }

  /** MNIST's stand-in has 2000 test images. */
  @Test
  void otherImagesStandInWhereTheRecordedOnesAreMissing(@TempDir Path nothing) {
    Recorded.withoutData(
        nothing,
        () -> {
          Run mnist = Recorded.run(Recorded.experiment("a", 1), new float[3000]);
          assertFalse(mnist.wasTestedOn(mnist.dataset()));
          assertEquals("mnist", mnist.dataTitle());
          assertTrue(RunViews.samples("T", mnist, 10, 5).getWidth() > 0);
        });
  }

  @Test
  void fewerImagesThanAreAskedForAreShownOnceEach(@TempDir Path nothing) {
    Recorded.withoutData(
        nothing,
        () -> {
          Run few = Recorded.run(Recorded.experiment("a", 1), 0.1f, 0.2f, 0.3f);
          assertEquals(few.samples(), few.evenlySpaced(10));
          assertEquals(
              RunViews.samples("T", few, 3, 1).getHeight(),
              RunViews.samples("T", few, 10, 1).getHeight());
        });
  }

  @Test
  void aCitationHasTheNumberItsErrorAndItsOrigin() {
    Run half = Recorded.run(Recorded.experiment("a", 7), 0.1f, 0.1f, 0.9f, 0.9f);
    assertEquals(
        "50.00 ± 25.00 % of 4 test images of mnist certified at radius 0.3 (float32, seed 7):"
            + " 2C2F, EMMA, LipKit record a/laptop of commit unknown",
        RunViews.citation(half, 0.3));
    Run madeUp = Recorded.madeUp(Recorded.experiment("a", 7), 0.1f, 0.1f, 0.9f, 0.9f);
    assertTrue(RunViews.citation(madeUp, 0.3).contains("test images of mnist (made up) certified"));
  }

  @Test
  void aRecordIsNamedAfterTheFolderThatItLiesIn() {
    Path folder = Results.root().resolve("notebooks/results/seeds/a-2/laptop");
    Run seed = new Run(folder, run.record(), run.history(), run.samples());
    assertEquals("seeds/a-2/laptop", seed.recordName());
    assertEquals("a/laptop", run.recordName());
  }

  @Test
  void quartilesOfTheCertifiedRadiiAreRoundedDown() {
    Table table = RunViews.quartiles("T", List.of(run));
    double[] shares = {0.75, 0.5, 0.25};
    String[] columns = {"lower quartile", "median radius", "upper quartile"};
    for (int i = 0; i < shares.length; i++) {
      double proved = RunStatistics.certifiedRadius(run, shares[i]);
      double shown = table.doubleColumn(columns[i]).get(0);
      assertTrue(shown <= proved && shown > proved - 1.0001e-4, columns[i] + " " + shown);
    }
  }

  @Test
  void radiiOfWrongSamplesAreNotInTheHistogram() {
    assertTrue(RunViews.radii("T", List.of(run)).getWidth() > 0);
    Run wrong = Recorded.withSamples(new Sample(0, 3, 4, 1, 1f, 0.9f, null));
    assertThrows(IllegalArgumentException.class, () -> RunViews.radii("T", List.of(wrong)));
  }
}
