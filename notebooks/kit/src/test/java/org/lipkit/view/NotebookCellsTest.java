package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each cell of each notebook compiles in JShell after the cells before it, and each solution of its
 * exercises after all cells; none is executed.
 */
class NotebookCellsTest {

  @ParameterizedTest
  @MethodSource("org.lipkit.view.NotebookFilesTest#notebooks")
  void compile(Path file) throws IOException {
    Notebook notebook = Notebook.read(file);
    try (JShell shell =
        JShell.builder()
            .executionEngine(new Nothing(), Map.of())
            .compilerOptions("--class-path", System.getProperty("java.class.path"))
            .build()) {
      notebook.code().forEach(cell -> Notebook.evaluate(shell, cell));
      assertAllDefined(shell);
      for (String solution : notebook.solutions()) {
        List<SnippetEvent> events = Notebook.evaluate(shell, solution);
        assertAllDefined(shell);
        for (SnippetEvent event : events) {
          assertNotEquals(
              Snippet.Status.OVERWRITTEN,
              event.status(),
              () -> "A solution replaces what a cell defined: " + event.snippet().source());
        }
        // Each solution must do without the others.
        events.forEach(event -> shell.drop(event.snippet()));
      }
    }
  }

  private static void assertAllDefined(JShell shell) {
    List<Snippet> undefined =
        shell.snippets().filter(s -> shell.status(s).name().startsWith("RECOVERABLE")).toList();
    assertEquals(List.of(), undefined, "use a name that no cell defines");
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
