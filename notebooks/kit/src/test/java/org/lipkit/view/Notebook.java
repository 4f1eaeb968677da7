package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** A notebook's cells and the solutions of its exercises, and a shell that runs them. */
record Notebook(List<String> markdown, List<String> code) {

  private static final Pattern SOLUTION = Pattern.compile("(?s)```java\n(.*?)\n```");

  static Notebook read(Path file) throws IOException {
    JsonNode cells = new ObjectMapper().readTree(file.toFile()).get("cells");
    return new Notebook(sources(cells, "markdown"), sources(cells, "code"));
  }

  private static List<String> sources(JsonNode cells, String type) {
    return StreamSupport.stream(cells.spliterator(), false)
        .filter(cell -> cell.get("cell_type").asText().equals(type))
        .map(Notebook::source)
        .toList();
  }

  private static String source(JsonNode cell) {
    return StreamSupport.stream(cell.get("source").spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining());
  }

  /** Cells that ask for something to be done. */
  List<String> exercises() {
    return markdown.stream().filter(text -> text.startsWith("**Exercise ")).toList();
  }

  /** The Java code in a markdown cell, in order. */
  static List<String> solutions(String cell) {
    return SOLUTION.matcher(cell).results().map((MatchResult found) -> found.group(1)).toList();
  }

  /** All solutions, in order. */
  List<String> solutions() {
    return markdown.stream().flatMap(cell -> solutions(cell).stream()).toList();
  }

  /** Evaluates a cell as a Java kernel does, and returns what became of its statements. */
  static List<SnippetEvent> evaluate(JShell shell, String code) {
    List<SnippetEvent> events = new ArrayList<>();
    String rest = code;
    while (!rest.isBlank()) {
      CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      for (SnippetEvent event : shell.eval(next.source())) {
        String problems =
            shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList().toString();
        assertNotEquals(Snippet.Status.REJECTED, event.status(), next.source() + problems);
        if (event.exception() != null) {
          throw new IllegalStateException(next.source(), event.exception());
        }
        events.add(event);
      }
      rest = next.remaining();
    }
    return events;
  }
}
