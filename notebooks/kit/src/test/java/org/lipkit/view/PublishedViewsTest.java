package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class PublishedViewsTest {

  @Test
  void findingsBecomeRowsOfAllTheirFields() throws JsonProcessingException {
    JsonMapper json = new JsonMapper();
    Table table =
        PublishedViews.finding(
            "T",
            json.readTree(
                """
                {"source": "S", "rows": [
                  {"net": "A", "top_pct": 7}, {"net": "B", "c": 0.1, "all": [1.5, 2]}]}
                """));
    assertEquals(List.of("net", "top %", "c", "all"), table.columnNames());
    assertEquals("T (published: S)", table.name());
    assertEquals(7, table.longColumn("top %").get(0));
    assertTrue(table.column("c").isMissing(0));
    assertEquals("1.5 / 2", table.stringColumn("all").get(1));
    var empty = json.createObjectNode();
    var e = assertThrows(IllegalArgumentException.class, () -> PublishedViews.finding("T", empty));
    assertTrue(e.getMessage().contains("no rows"), e.getMessage());
  }
}
