package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lipkit.experiment.Run;
import org.lipkit.loss.Trades;
import tech.tablesaw.api.Table;

class SeedViewsTest {

  private final Run half = Recorded.run(Recorded.experiment("a-1", 1), 0.1f, 0.4f);
  private final Run whole = Recorded.run(Recorded.experiment("a-2", 2), 0.5f, 0.4f);

  @Test
  void aVariantHasTheMeanAndTheSpreadOfItsSeeds() {
    Table table = SeedViews.table("T", List.of(half, whole), 0.3);
    assertEquals(1, table.rowCount());
    assertEquals(75.0, table.doubleColumn("0.3 est. %").get(0));
    assertEquals(50.0, table.doubleColumn("spread").get(0));
  }

  @Test
  void columnsThatTellNothingApartAreLeftOut() {
    Table same = SeedViews.table("T", List.of(half, whole), 0.3);
    assertFalse(same.columnNames().contains("test images"));
    assertFalse(same.columnNames().contains("trained at"));
    Run other = Recorded.run(Recorded.experiment("b", Trades.gloro(), 1), 0.4f);
    Table table = SeedViews.table("T", List.of(half, whole, other), 0.3);
    assertEquals(2, table.longColumn("test images").get(0));
    assertEquals(1, table.longColumn("test images").get(1));
  }

  @Test
  void divergedSeedsAreSaidSoAndCountInNoMean() {
    Run lost = Recorded.diverged(Recorded.experiment("a-2", 2));
    Table table = SeedViews.table("T", List.of(half, lost), 0.3);
    assertEquals(50.0, table.doubleColumn("0.3 est. %").get(0));
    assertTrue(table.stringColumn("variant").get(0).endsWith("(1 of 2 diverged)"));
    Table none = SeedViews.table("T", List.of(lost), 0.3);
    assertTrue(none.column("0.3 est. %").isMissing(0));
  }

  @Test
  void differencesPairRunsOfEqualSeeds() {
    Run gloro = Recorded.run(Recorded.experiment("g-1", Trades.gloro(), 1), 0.4f, 0.5f);
    Run alone = Recorded.run(Recorded.experiment("g-9", Trades.gloro(), 9), 0.4f, 0.5f);
    List<Run> runs = List.of(half, whole, gloro, alone);
    assertArrayEquals(new double[] {50}, SeedViews.differences(runs, "EMMA", "GloRo"));
    assertEquals(0, SeedViews.differences(runs, "EMMA", "LMT").length);
    assertTrue(
        SeedViews.differences("T", Map.of("ten", runs), "EMMA", List.of("GloRo", "LMT")).getWidth()
            > 0);
  }
}
