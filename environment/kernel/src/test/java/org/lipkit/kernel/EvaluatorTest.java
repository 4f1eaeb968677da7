package org.lipkit.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluatorTest {

  private final Evaluator evaluator = new Evaluator();

  @AfterEach
  void close() {
    evaluator.close();
  }

  private CellException failure(int cell, String code) {
    return assertThrows(CellException.class, () -> evaluator.evaluate(cell, code));
  }

  @Test
  void theLastExpressionIsTheValue() throws CellException {
    assertEquals(5, evaluator.evaluate(1, "int a = 2;\nint b = 3;\na + b"));
    assertEquals(5, evaluator.evaluate(2, "// the sum again\na + b;"));
  }

  @Test
  void objectsComeBackAsTheyAre() throws CellException {
    Object value = evaluator.evaluate(1, "new java.awt.image.BufferedImage(3, 2, 1)");
    assertEquals(3, assertInstanceOf(BufferedImage.class, value).getWidth());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int a = 2;",
        "void f() {}",
        "System.out.print(\"\");",
        "(String) null",
        "import java.util.List;",
        "// nothing",
        "''"
      })
  void whatHasNoValueGivesNull(String code) throws CellException {
    assertNull(evaluator.evaluate(1, code));
  }

  @Test
  void aMethodMayUseWhatTheCellDeclaresLater() throws CellException {
    assertEquals(
        7,
        evaluator.evaluate(
            1,
            "int twice() { return 2 * half(); }\n"
                + "class Box { Lid lid = new Lid(); }\n"
                + "record Lid() {}\n"
                + "double unused = 0;\n"
                + "int half() { return 3; }\n"
                + "new Box().lid.equals(new Lid()) ? twice() + 1 : 0"));
  }

  @Test
  void aCompileErrorNamesCellLineAndCause() {
    CellException error = failure(4, "int a = 1;\n\n// a comment\nint b = a +\n   wrong(a);\n");
    assertEquals(
        "cell [4], line 5: cannot find symbol; symbol: method wrong(int)", error.getMessage());
    assertEquals("       wrong(a);", error.details().get(0));
    assertEquals("       ^", error.details().get(1));
  }

  @Test
  void allCompileErrorsOfASnippetAreShown() {
    CellException error = failure(1, "class A {\n  int x = y;\n  int z = \"s\";\n}");
    assertTrue(error.getMessage().startsWith("cell [1], line 2: cannot find symbol"));
    assertTrue(
        error.details().stream()
            .anyMatch(line -> line.startsWith("cell [1], line 3: incompatible types")));
  }

  @Test
  void unfinishedCodeIsSaidToBe() {
    assertEquals(
        "cell [2], line 3: reached end of file while parsing",
        failure(2, "\nfor (int i = 0; i < 3; i++) {\n  i += 1;\n").getMessage());
  }

  @Test
  void whatIsNeverDeclaredIsNamed() {
    assertEquals(
        "cell [1], line 2: A needs what is not declared: class Missing",
        failure(1, "int ok = 1;\nclass A { Missing m; }").getMessage());
    assertEquals(
        "cell [3], line 1: m needs what is not declared: method missing()",
        failure(3, "int m() { return missing(); } m()").getMessage());
  }

  @Test
  void anExceptionNamesTheLineOfItsCellAndTheWayThere() throws CellException {
    evaluator.evaluate(1, "\n\nint third(int[] q) {\n\n  return q[2];\n}");
    CellException error = failure(2, "int b = 1;\n\n\nint c =\n  third(new int[1]);");
    assertEquals(
        "cell [2], line 5: java.lang.ArrayIndexOutOfBoundsException:"
            + " Index 2 out of bounds for length 1",
        error.getMessage());
    assertEquals("    at cell [1], line 5 (third)", error.details().get(0));
    assertEquals("    at cell [2], line 5", error.details().get(1));
    assertEquals(2, error.details().size());
  }

  @Test
  void causesAreTold() {
    CellException error =
        failure(1, "throw new IllegalStateException(\"outer\", new RuntimeException(\"inner\"));");
    assertTrue(error.getMessage().endsWith("java.lang.IllegalStateException: outer"));
    assertTrue(error.details().contains("caused by java.lang.RuntimeException: inner"));
  }

  @Test
  void aFailureEndsItsCellButNotTheKernel() throws CellException {
    failure(1, "int a = 1;\nint b = 1 / 0;\na = 2;");
    assertEquals(1, evaluator.evaluate(2, "a"));
    failure(3, "a = 3; boolean c = 1; a = 4;");
    assertEquals(3, evaluator.evaluate(4, "a"));
  }

  @Test
  void endlessRecursionIsAnErrorLikeAnyOther() throws CellException {
    CellException error = failure(1, "int deep(int n) { return 1 + deep(n); }\ndeep(0)");
    assertTrue(error.getMessage().contains("java.lang.StackOverflowError"), error.getMessage());
    assertTrue(error.details().size() < 20);
  }

  @Test
  void aVariableDoesNotLoseItsValueInSilence() throws CellException {
    evaluator.evaluate(1, "List<String> names = List.of();");
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      evaluator.evaluate(2, "int a = 1;\nimport java.awt.*;");
    } finally {
      System.setErr(before);
    }
    assertEquals(
        "cell [2], line 2: the variable declared at cell [1], line 1 lost its value, because its"
            + " type now means another: List<String> names = List.of();",
        printed.toString(StandardCharsets.UTF_8).strip());
  }

  @Test
  void completes() {
    String code = "int a = 1;\n\"text\".toUpper";
    Evaluator.Completions completions = evaluator.complete(code, code.length());
    assertTrue(completions.texts().contains("toUpperCase("), completions.toString());
    assertEquals(code.indexOf("toUpper"), completions.start());
  }

  @Test
  void knowsWhetherCodeIsComplete() {
    assertEquals(Completeness.COMPLETE, evaluator.completeness("int a = 1;\nint b = 2;"));
    assertEquals(
        Completeness.DEFINITELY_INCOMPLETE, evaluator.completeness("int a = 1;\nif (a > 0) {"));
    assertEquals(Completeness.UNKNOWN, evaluator.completeness("int a = ;"));
  }
}
