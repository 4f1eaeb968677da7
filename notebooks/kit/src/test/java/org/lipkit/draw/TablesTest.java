package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class TablesTest {

  private static final Title TITLE = new Title("Results", false);

  private record Row(String system, double eps, Double cleanPct, double vraPct, int images) {}

  private final Table table =
      Tables.of(
          TITLE,
          List.of(
              new Row("A <&> B", 36 / 255.0, null, 95.7, 10000),
              new Row("C", 0.3, 99.25, 60, 500)));

  @Test
  void recordsBecomeNamedColumnsOfTheirType() {
    assertEquals(List.of("system", "eps", "clean %", "vra %", "images"), table.columnNames());
    assertEquals(95.7, table.doubleColumn("vra %").get(0));
    assertEquals(10000, table.longColumn("images").get(0));
    assertTrue(table.doubleColumn("clean %").isMissing(0));
  }

  @Test
  void htmlHoldsEveryCellReadably() {
    assertEquals(
        List.of(
            "system",
            "eps",
            "clean %",
            "vra %",
            "images", //
            "A &lt;&amp;&gt; B",
            "0.1412",
            "–",
            "95.7",
            "10,000", //
            "C",
            "0.3000",
            "99.25",
            "60.0",
            "500"),
        cells(Tables.html(table)));
  }

  @Test
  void numbersStandRightAndTextLeft() {
    String html = Tables.html(table);
    assertTrue(html.contains("overflow-x:auto"));
    assertTrue(Pattern.compile("<td style=\"text-align:right[^>]*>95\\.7<").matcher(html).find());
    assertTrue(Pattern.compile("<td style=\"text-align:left[^>]*>C<").matcher(html).find());
  }

  @Test
  void extremeNumbersStayReadable() {
    Table extreme =
        Tables.of(
            TITLE,
            List.of("x"),
            List.of(List.of(1e-7), List.of(0.123456789), List.of(0.0), List.of(3e12), List.of(-2)));
    assertEquals(
        List.of("x", "1.00e-07", "0.1235", "0.0000", "3.00e+12", "-2.0000"),
        cells(Tables.html(extreme)));
  }

  @Test
  void numbersOfFiveDigitsHaveNoDecimalsAndAskForNone() {
    Table hours =
        Tables.of(
            TITLE,
            List.of("mixed", "whole"),
            List.of(List.of(9.76, 1.0), List.of(-228_119.66, 58_050.9429)));
    assertEquals(
        List.of("mixed", "whole", "9.76", "1", "-228,120", "58,051"), cells(Tables.html(hours)));
  }

  @Test
  void missingCellsAreDashesInEveryKindOfColumn() {
    Table gaps =
        Tables.of(
            TITLE,
            List.of("text", "whole", "real", "never"),
            List.of(Arrays.asList("t", 1, 0.5, null), Arrays.asList(null, null, Double.NaN, null)));
    assertEquals(
        List.of("text", "whole", "real", "never", "t", "1", "0.5", "–", "–", "–", "–", "–"),
        cells(Tables.html(gaps)));
  }

  @Test
  void captionSaysWhenTheDataAreMadeUp() {
    Table madeUp = Tables.of(new Title("Results", true), List.of("a"), List.of(List.of(1)));
    assertTrue(Tables.html(madeUp).contains(">Results (made-up data)</caption>"));
    assertTrue(Tables.html(table).contains(">Results</caption>"));
    assertFalse(Tables.html(table).contains("made-up"));
  }

  @Test
  void badRowsGetASentence() {
    var ragged =
        assertThrows(
            IllegalArgumentException.class,
            () -> Tables.of(TITLE, List.of("a", "b"), List.of(List.of(1))));
    assertTrue(ragged.getMessage().contains("2 columns"), ragged.getMessage());
    var empty =
        assertThrows(IllegalArgumentException.class, () -> Tables.of(TITLE, List.<Row>of()));
    assertTrue(empty.getMessage().contains("Results"), empty.getMessage());
  }

  @Test
  void namesOfRecordedRunsLeadToTheirRecords() {
    Table runs =
        Tables.of(
            TITLE,
            List.of("record"),
            List.of(List.of("a-1/laptop"), List.of("seeds/a-2/laptop"), List.of("a paper/b")));
    String html = Tables.html(runs);
    assertTrue(html.contains("<a href=\"results/a-1/laptop/run.json\">a-1/laptop</a>"));
    assertTrue(html.contains("<a href=\"results/seeds/a-2/laptop/run.json\">seeds/a-2/laptop</a>"));
    assertTrue(html.contains(">a paper/b</td>"));
  }

  @Test
  void mapsBecomeRowsOfAllTheirKeys() {
    Table table =
        Tables.ofMaps(
            TITLE,
            List.of(Map.of("net", "A"), Map.of("c", 0.1), Map.of("top_pct", List.of(1.5, 2))));
    assertEquals(List.of("net", "c", "top %"), table.columnNames());
    assertEquals("A", table.stringColumn("net").get(0));
    assertTrue(table.column("c").isMissing(0));
    assertEquals("1.5 / 2", table.stringColumn("top %").get(2));
    var e = assertThrows(IllegalArgumentException.class, () -> Tables.ofMaps(TITLE, List.of()));
    assertTrue(e.getMessage().contains("no rows"), e.getMessage());
  }

  private static List<String> cells(String html) {
    return Pattern.compile("<t[hd][^>]*>(.*?)</t[hd]>")
        .matcher(html.replaceAll("<thead>|</thead>", ""))
        .results()
        .map(result -> result.group(1))
        .toList();
  }
}
