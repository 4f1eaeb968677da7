package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class TableBuilderTest {

  private static final Title TITLE = new Title("Words", false);

  @Test
  void eachColumnAsksEveryRow() {
    Table table =
        TableBuilder.of(List.of("one", "three"))
            .column("word", word -> word)
            .column("letters", String::length)
            .number("third", 2, word -> word.length() / 3.0)
            .percent("share", word -> word.length() == 3 ? Double.NaN : 0.123456)
            .table(TITLE);
    assertEquals(List.of("word", "letters", "third", "share"), table.columnNames());
    assertEquals("three", table.stringColumn("word").get(1));
    assertEquals(5, table.longColumn("letters").get(1));
    assertEquals(List.of(1.0, 1.67), table.doubleColumn("third").asList());
    assertTrue(table.column("share").isMissing(0));
    assertEquals(12.35, table.doubleColumn("share").get(1));
  }

  @Test
  void aTableOfNothingHasItsColumns() {
    assertEquals(0, TableBuilder.<String>of(List.of()).column("a", w -> w).table(TITLE).rowCount());
  }

  @Test
  void roundingLeavesWhatIsNotFiniteAsItIs() {
    assertEquals(0.13, TableBuilder.rounded(0.125, 2));
    assertEquals(-3, TableBuilder.rounded(-3.2, 0));
    assertEquals(Double.POSITIVE_INFINITY, TableBuilder.rounded(Double.POSITIVE_INFINITY, 2));
    assertTrue(Double.isNaN(TableBuilder.rounded(Double.NaN, 2)));
  }
}
