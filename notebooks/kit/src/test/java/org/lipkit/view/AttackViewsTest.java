package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.experiment.AttackedRun;
import org.lipkit.experiment.AttackedSample;
import org.lipkit.experiment.Published;
import org.lipkit.experiment.RadiusChain;
import org.lipkit.experiment.Run;
import tech.tablesaw.api.Table;

class AttackViewsTest {

  /** Certified radii 0.09, 0.36, 0.9; the last of the attacked samples is wrong. */
  private final Run run = Recorded.run(Recorded.experiment("a", 1), 0.1f, 0.4f, 1f);

  private final AttackedRun attacked =
      new AttackedRun(
          run,
          List.of(
              new AttackedSample(0, 3, 3, 0.5, 0.3),
              new AttackedSample(1, 3, 3, Double.POSITIVE_INFINITY, 0.9),
              new AttackedSample(2, 3, 3, 1.2, 1.1),
              new AttackedSample(2, 4, 3, 2, 2)),
          List.of(new RadiusChain(0, 1, 2, 3, 6)));

  @Test
  void wrongSamplesDoNotCountAndUnbrokenOnesStand() {
    Table table = AttackViews.accuracy("T", List.of(attacked), 0.3, 1.0);
    assertEquals(
        List.of("certified", "under Carlini-Wagner", "under DeepFool"),
        table.stringColumn("accuracy").asList());
    assertEquals(List.of(75.0, 75.0, 75.0), table.doubleColumn("clean %").asList());
    assertEquals(List.of(50.0, 75.0, 75.0), table.doubleColumn("0.3 %").asList());
    assertEquals(List.of(0.0, 25.0, 50.0), table.doubleColumn("1.0 %").asList());
  }

  @Test
  void publishedQuotientsStandBelowOurs() {
    Table table = AttackViews.looseness("T", List.of(attacked), Published.load().finding("lmt"));
    assertEquals(3, table.rowCount());
    assertEquals(2, table.doubleColumn("bound B/A").get(0));
    assertEquals(6, table.doubleColumn("whole D/A").get(0));
    assertTrue(table.stringColumn("run").get(1).startsWith("published: "));
    assertTrue(table.doubleColumn("whole D/A").isMissing(2));
  }
}
