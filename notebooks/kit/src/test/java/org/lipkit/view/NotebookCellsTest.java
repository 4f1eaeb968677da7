package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each cell of each notebook compiles in JShell after the cells before it; none is executed. */
class NotebookCellsTest {

  @ParameterizedTest
  @MethodSource("org.lipkit.view.NotebookFilesTest#notebooks")
  void compile(Path notebook) throws IOException {
    try (JShell shell =
        JShell.builder()
            .executionEngine(new Nothing(), Map.of())
            .compilerOptions("--class-path", System.getProperty("java.class.path"))
            .build()) {
      int number = 0;
      for (JsonNode cell : new ObjectMapper().readTree(notebook.toFile()).get("cells")) {
        if (cell.get("cell_type").asText().equals("code")) {
          compile(shell, source(cell), notebook.getFileName() + ", cell " + number);
        }
        number++;
      }
      List<Snippet> undefined =
          shell.snippets().filter(s -> shell.status(s).name().startsWith("RECOVERABLE")).toList();
      assertEquals(List.of(), undefined, "use a name that no cell defines");
    }
  }

  private static String source(JsonNode cell) {
    return StreamSupport.stream(cell.get("source").spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining());
  }

  private static void compile(JShell shell, String code, String place) {
    String rest = code;
    while (!rest.isBlank()) {
      CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      for (SnippetEvent event : shell.eval(next.source())) {
        assertNotEquals(
            Snippet.Status.REJECTED,
            event.status(),
            () ->
                place
                    + ": "
                    + event.snippet().source()
                    + shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList());
      }
      rest = next.remaining();
    }
  }

  /** Takes compiled classes and runs none of them. */
  private static final class Nothing implements ExecutionControlProvider, ExecutionControl {

    @Override
    public String name() {
      return "nothing";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
      return this;
    }

    @Override
    public void load(ClassBytecodes[] classes) {}

    @Override
    public void redefine(ClassBytecodes[] classes) {}

    @Override
    public String invoke(String className, String method) {
      return "";
    }

    @Override
    public String varValue(String className, String variable) {
      return "";
    }

    @Override
    public void addToClasspath(String path) {}

    @Override
    public void stop() {}

    @Override
    public Object extensionCommand(String command, Object argument) {
      return null;
    }

    @Override
    public void close() {}
  }
}
