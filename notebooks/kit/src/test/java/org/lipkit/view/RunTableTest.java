package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.experiment.Published;
import org.lipkit.experiment.PublishedClaim;
import org.lipkit.experiment.Run;
import org.lipkit.loss.Trades;
import tech.tablesaw.api.Table;

class RunTableTest {

  private final Run half = Recorded.run(Recorded.experiment("a-1", 1), 0.1f, 0.4f);
  private final Run whole = Recorded.run(Recorded.experiment("a-2", 2), 0.5f, 0.4f);
  private final Run diverged = Recorded.diverged(Recorded.experiment("b", Trades.gloro(), 1));

  private static Table table(RunTable table) {
    return table
        .column("run", RunTable::label)
        .percent("VRA at 0.3", run -> run.estimated().at(0.3))
        .number("epochs", 0, run -> run.history().size())
        .record("record")
        .table("T");
  }

  @Test
  void aReadersOwnColumnsAreAskedOfEveryRunThatHasNumbers() {
    Table table = table(RunTable.of(List.of(half, whole, diverged)));
    assertEquals(List.of("run", "VRA at 0.3", "epochs", "record"), table.columnNames());
    assertEquals(50.0, table.doubleColumn("VRA at 0.3").get(0));
    assertEquals(100.0, table.doubleColumn("VRA at 0.3").get(1));
    assertTrue(table.column("VRA at 0.3").isMissing(2));
    assertEquals("2C2F, GloRo (diverged)", table.stringColumn("run").get(2));
    assertEquals("b/laptop", table.stringColumn("record").get(2));
  }

  @Test
  void variantsHaveTheMeansOfTheirSeeds() {
    Table table = table(RunTable.perVariant(List.of(half, diverged, whole)));
    assertEquals(2, table.rowCount());
    assertEquals(75.0, table.doubleColumn("VRA at 0.3").get(0));
    assertEquals("a-1/laptop", table.stringColumn("record").get(0));
  }

  @Test
  void publishedClaimsStandBelowWithWhatTheySay() {
    List<PublishedClaim> claims =
        PublishedClaim.of(Published.load().dataset("CIFAR-10").system("BRONet-L").results());
    Table table = table(RunTable.of(List.of(half), claims).vra(36 / 255.0));
    assertEquals(2, table.rowCount());
    assertEquals(claims.get(0).vraPct(36 / 255.0), table.doubleColumn("36/255 est. %").get(1));
    assertTrue(table.column("36/255 cert. %").isMissing(1));
    assertTrue(table.column("VRA at 0.3").isMissing(1));
    assertEquals(claims.get(0).first().source(), table.stringColumn("record").get(1));
  }

  @Test
  void whatAllRunsShareStandsInTheTitleOnce() {
    Table same =
        RunTable.of(List.of(half, whole))
            .columnIfDifferent("epochs", run -> run.history().size())
            .columnIfDifferent("seed", run -> run.experiment().seed())
            .columnIfDifferent("nothing", run -> null)
            .table("T");
    assertEquals(List.of("seed"), same.columnNames());
    assertEquals("T; each run: epochs " + half.history().size(), same.name());
  }

  @Test
  void runsOfOneNameAreToldApartByTheirTraining() {
    var labels = RunTable.labels(List.of(half, whole, diverged));
    assertEquals("2C2F, EMMA, seed 1", labels.apply(half));
    assertEquals("2C2F, EMMA, seed 2", labels.apply(whole));
    assertEquals("2C2F, GloRo (diverged)", labels.apply(diverged));
  }
}
