package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lipkit.draw.Show;
import org.lipkit.experiment.Published;
import org.lipkit.experiment.PublishedResult;
import tech.tablesaw.api.Table;

class ScoreboardTest {

  private static final float[] RADII = {0.1f, 0.31f, 0.4f, 1f};

  private final List<PublishedResult> published = Published.load().results();
  private final Scoreboard board =
      new Scoreboard(
          List.of(
              Recorded.run(Recorded.experiment("a", 1), RADII),
              Recorded.diverged(Recorded.experiment("b", 2))),
          published);

  @Test
  void everyRunAndEveryPublishedNumberIsInTheTable() {
    Table table = board.table("T");
    long numbers =
        table.columns().stream()
            .filter(column -> column.name().endsWith("est. %"))
            .mapToLong(column -> column.size() - column.countMissing())
            .sum();
    // A completed run has the radii that are published for MNIST: 0.3 and 1.58.
    assertEquals(2 + published.size(), numbers);
    assertEquals(75.0, table.doubleColumn("0.3 est. %").get(0));
    assertEquals(50.0, table.doubleColumn("0.3 cert. %").get(0));
    assertEquals(0.0, table.doubleColumn("1.58 est. %").get(0));
    assertTrue(table.column("36/255 est. %").isMissing(0));
    assertTrue(table.column("0.3 est. %").isMissing(1));
    assertEquals("EMMA (diverged)", table.stringColumn("method").get(1));
  }

  @Test
  void theTableIsWholeWithoutItsScriptAndLinksToRecords() {
    String html = board.html("T");
    assertTrue(html.contains("<a href=\"results/a/laptop/run.json\">a/laptop</a>"));
    assertTrue(html.contains("data-columns=\"data set|system|scale\""));
    String plain = html.substring(0, html.indexOf("<script>"));
    assertEquals(board.table("T").rowCount() + 1, plain.split("<tr ", -1).length - 1);
    assertFalse(plain.contains("display:none"));
    assertTrue(Show.text(html).contains("a/laptop"));
  }

  @Test
  void computeNeedsATrainingOfKnownCost() {
    assertTrue(board.compute("T", "mnist", 0.3, published).getWidth() > 0);
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> board.compute("T", "cifar-10", 36 / 255.0, published));
    assertTrue(refusal.getMessage().contains("choose another data set"));
  }
}
