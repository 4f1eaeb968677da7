package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lipkit.attack.Attacked;
import org.lipkit.experiment.AttackedRun;
import org.lipkit.experiment.Published;
import org.lipkit.experiment.RadiusChain;
import org.lipkit.experiment.Run;
import org.lipkit.experiment.Sample;
import tech.tablesaw.api.Table;

class AttackViewsTest {

  /** Certified radii 0.09, 0.36, 0.9; the last of the attacked samples is wrong. */
  private final Run run = Recorded.run(Recorded.experiment("a", 1), 0.1f, 0.4f, 1f);

  private final AttackedRun attacked =
      new AttackedRun(
          run,
          List.of(
              run.samples().get(0),
              run.samples().get(1),
              run.samples().get(2),
              new Sample(3, 3, 4, 1, 2, 2f, null)),
          Map.of("DeepFool", List.of(0.5, Double.POSITIVE_INFINITY, 1.2, 2.0)),
          List.of(new RadiusChain(0, 1, 2, 3, 6)));

  @Test
  void wrongSamplesDoNotCountAndUnbrokenOnesStand() {
    Table table = AttackViews.accuracy("T", List.of(attacked), 0.3, 1.0);
    assertEquals(List.of("certified", "under DeepFool"), table.stringColumn("accuracy").asList());
    assertEquals(List.of(75.0, 75.0), table.doubleColumn("clean %").asList());
    assertEquals(List.of(50.0, 75.0), table.doubleColumn("0.3 %").asList());
    assertEquals(List.of(0.0, 50.0), table.doubleColumn("1.0 %").asList());
  }

  @Test
  void anAttackOfOnesOwnStandsInTheSameTable() {
    AttackedRun more =
        attacked.with("mine", List.of(at(0, 3, 0.3), at(1, 3, 0.9), at(2, 3, 1.1), at(3, 4, 2)));
    Table table = AttackViews.accuracy("T", List.of(more), 0.4);
    assertEquals("under mine", table.stringColumn("accuracy").get(2));
    assertEquals(50.0, table.doubleColumn("0.4 %").get(2));
    assertTrue(AttackViews.curves("T", more, 1).getWidth() > 0);
  }

  private static Attacked at(int index, int attackedClass, double distance) {
    return new Attacked(index, attackedClass, null, distance);
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

  @Test
  void theNearestOfAllAttacksCountsAndItsPicturePutsNoPointAboveTheDiagonal() {
    AttackedRun more =
        attacked.with("mine", List.of(at(0, 3, 0.3), at(1, 3, 0.9), at(2, 3, 1.1), at(3, 4, 2)));
    double[] nearest = AttackViews.nearest(more);
    assertArrayEquals(new double[] {0.3, 0.9, 1.1, 2}, nearest);
    for (int i = 0; i < nearest.length; i++) {
      assertTrue(more.samples().get(i).certified().radius() <= nearest[i]);
    }
    assertTrue(AttackViews.scatter("T", List.of(attacked, more)).getWidth() > 0);
  }
}
