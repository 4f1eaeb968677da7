package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What leads from one notebook to the next. */
class NotebookLinksTest {

  private static final Path NOTEBOOKS = Path.of("..");
  private static final Pattern RELATIVE_LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
  private static final Pattern CLASS = Pattern.compile("`([a-z]+\\.[A-Z]\\w+)`");

  @Test
  void filesThatAreLinkedExist() throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path notebook : NotebookFilesTest.notebooks()) {
      texts.addAll(Notebook.read(notebook).markdown());
    }
    for (String page : List.of("glossary.md", "for-teachers.md")) {
      texts.add(Files.readString(NOTEBOOKS.resolve(page)));
    }
    texts.forEach(text -> linksLeadToFiles(text, NOTEBOOKS));
    Path root = NOTEBOOKS.resolve("..");
    linksLeadToFiles(Files.readString(root.resolve("README.md")), root);
  }

  private static void linksLeadToFiles(String text, Path folder) {
    RELATIVE_LINK
        .matcher(text)
        .results()
        .map(link -> folder.resolve(link.group(1)))
        .forEach(target -> assertTrue(Files.exists(target), target + " in " + text));
  }

  @Test
  void notebooksSayTheirPlaceMinutesAndLevel() throws IOException {
    int order = 0;
    for (Path notebook : NotebookFilesTest.notebooks()) {
      JsonNode said = new ObjectMapper().readTree(notebook.toFile()).at("/metadata/lipkit");
      assertEquals(order++, said.get("order").asInt(), notebook::toString);
      assertTrue(said.get("minutes").asInt() > 0);
      String level = said.get("level").asText();
      assertTrue(List.of("beginner", "intermediate", "advanced").contains(level), level);
    }
  }

  @Test
  void classesOfTheGlossaryExist() throws IOException {
    CLASS
        .matcher(Files.readString(NOTEBOOKS.resolve("glossary.md")))
        .results()
        .map(name -> "org.lipkit." + name.group(1))
        .forEach(name -> assertDoesNotThrow(() -> Class.forName(name)));
  }
}
