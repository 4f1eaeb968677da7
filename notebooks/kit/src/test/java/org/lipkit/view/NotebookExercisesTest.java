package org.lipkit.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jshell.JShell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lipkit.draw.Captured;

/** Every exercise can be solved, and its solution says so. */
class NotebookExercisesTest {

  @ParameterizedTest
  @MethodSource("org.lipkit.view.NotebookFilesTest#notebooks")
  void haveAHintAndASolutionThatChecksItself(Path file) throws IOException {
    Notebook notebook = Notebook.read(file);
    assertFalse(notebook.exercises().isEmpty());
    for (String exercise : notebook.exercises()) {
      assertTrue(exercise.contains("<summary>Hint</summary>"), exercise);
      assertTrue(exercise.contains("<summary>Solution</summary>"), exercise);
      assertEquals(1, Notebook.solutions(exercise).size(), exercise);
    }
    for (String solution : notebook.solutions()) {
      assertTrue(solution.matches("(?s).*\nExercises\\.check\\([^;]*\\);"), solution);
      assertTrue(solution.lines().allMatch(line -> line.length() <= 110), solution);
    }
  }

  /** All but notebook 08, whose solutions {@link MakeItYoursTest} runs. */
  static List<Path> notebooks() throws IOException {
    return NotebookFilesTest.notebooks().stream()
        .filter(file -> !file.equals(MakeItYoursTest.NOTEBOOK))
        .toList();
  }

  /**
   * After all cells, at the default scale: records are loaded, and where a data set is missing,
   * made-up images stand for it. The trainings of notebook 00 have as few epochs as at smoke scale.
   */
  @ParameterizedTest
  @MethodSource("notebooks")
  void areSolvedByTheirSolutions(Path file) throws IOException {
    Notebook notebook = Notebook.read(file);
    try (JShell shell =
        JShell.builder()
            .executionEngine("local")
            .compilerOptions("--class-path", System.getProperty("java.class.path"))
            .build()) {
      Captured.output(
          () -> {
            for (String cell : notebook.code()) {
              Notebook.evaluate(
                  shell, cell.replace("int epochs = Lab.scale()", "int epochs = RunScale.SMOKE"));
            }
            notebook.solutions().forEach(solution -> Notebook.evaluate(shell, solution));
          });
    }
  }

  @Test
  void checksSayWhatHolds() {
    assertEquals(
        "Right: 1 < 2" + System.lineSeparator(),
        Captured.output(() -> Exercises.check(true, "1 < 2")));
    Error wrong = assertThrows(AssertionError.class, () -> Exercises.check(false, "2 < 1"));
    assertEquals("This does not hold: 2 < 1", wrong.getMessage());
  }
}
