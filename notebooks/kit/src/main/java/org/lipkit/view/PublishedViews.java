package org.lipkit.view;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.lipkit.draw.Tables;
import org.lipkit.draw.Title;
import tech.tablesaw.api.Table;

/** Numbers of other people as tables. */
public final class PublishedViews {

  private PublishedViews() {}

  /**
   * {@return a published finding that is no verified accuracy: one row for each of its {@code
   * rows}, one column for each field that any of them has}
   *
   * @param title above the table, followed by the source
   * @param finding such as {@code Published.load().finding("lipschitz_tightness")}
   * @throws IllegalArgumentException if the finding has no rows
   */
  public static Table finding(String title, JsonNode finding) {
    List<Map<String, Object>> rows =
        finding.has("rows")
            ? new JsonMapper().convertValue(finding.get("rows"), new TypeReference<>() {})
            : List.of();
    String source = finding.path("source").asText();
    return Tables.ofMaps(new Title(title + " (published: " + source + ")", false), rows);
  }
}
