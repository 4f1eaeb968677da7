package org.lipkit.kernel;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import jdk.jshell.VarSnippet;

/**
 * Evaluates the cells of one notebook, one after the other, in one JShell. Cells are split into
 * snippets; the first snippet that fails ends its cell. The class path of this JVM is the cells'.
 */
public final class Evaluator implements AutoCloseable {

  /** What JShell's own tool imports, and the display methods. */
  private static final List<String> IMPORTS =
      List.of(
          "java.io.*",
          "java.math.*",
          "java.net.*",
          "java.nio.file.*",
          "java.util.*",
          "java.util.concurrent.*",
          "java.util.function.*",
          "java.util.regex.*",
          "java.util.stream.*",
          "static org.lipkit.kernel.Display.display",
          "static org.lipkit.kernel.Display.update");

  private final CellExecution execution = new CellExecution();
  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final CellErrors errors;

  /** Starts a JShell that sees this JVM's class path. */
  public Evaluator() {
    shell =
        JShell.builder()
            .executionEngine(execution.provider(), null)
            .compilerOptions("--class-path", System.getProperty("java.class.path"))
            .build();
    analysis = shell.sourceCodeAnalysis();
    errors = new CellErrors(shell);
    IMPORTS.forEach(name -> shell.eval("import " + name + ";"));
  }

  /**
   * Evaluates a cell.
   *
   * @param cell the cell's execution count, by which errors name it
   * @param code the cell's text
   * @return the value of its last snippet, or null if that has none (a declaration, a statement, a
   *     void call)
   * @throws CellException if a snippet does not compile, throws or is interrupted; what the
   *     snippets before it declared is kept
   */
  public Object evaluate(int cell, String code) throws CellException {
    execution.begin();
    List<Snippet> undeclared = new ArrayList<>();
    Object value = null;
    int line = 1;
    String rest = code;
    while (true) {
      // JShell gives wrong line numbers for snippets that begin with an empty line.
      String stripped = rest.stripLeading();
      line += lines(rest, stripped);
      CompletionInfo next = analysis.analyzeCompletion(stripped);
      if (next.completeness() == Completeness.EMPTY) {
        break;
      }
      boolean whole = next.completeness().isComplete();
      errors.at(cell, line);
      value = run(whole ? next.source() : stripped, undeclared);
      if (!whole) {
        break;
      }
      rest = next.remaining();
      line += lines(stripped, rest);
    }
    errors.throwIfStillUndeclared(undeclared);
    return value;
  }

  private Object run(String source, List<Snippet> undeclared) throws CellException {
    List<SnippetEvent> events = shell.eval(source);
    Object result = execution.takeResult();
    for (SnippetEvent event : events) {
      Snippet snippet = event.snippet();
      if (event.causeSnippet() == null) {
        errors.evaluated(snippet);
        switch (event.status()) {
          case REJECTED -> {
            errors.throwIfStillUndeclared(undeclared);
            throw errors.compilation(snippet);
          }
          case RECOVERABLE_NOT_DEFINED -> undeclared.add(snippet);
          default -> {}
        }
      } else if (isReset(event)) {
        System.err.println(errors.reset(snippet));
      }
      if (execution.interrupted()) {
        throw errors.interrupted(event.exception(), execution.leftBehind());
      }
      if (event.exception() != null) {
        throw errors.exception(event.exception());
      }
    }
    return hasValue(events.get(0).snippet()) ? result : null;
  }

  /** JShell forgets a variable's value when its type comes to mean another. */
  private static boolean isReset(SnippetEvent event) {
    return event.snippet() instanceof VarSnippet
        && event.isSignatureChange()
        && event.previousStatus() == Status.VALID
        && event.status() != Status.OVERWRITTEN;
  }

  private static boolean hasValue(Snippet snippet) {
    return switch (snippet.subKind()) {
      case VAR_VALUE_SUBKIND, OTHER_EXPRESSION_SUBKIND, TEMP_VAR_EXPRESSION_SUBKIND -> true;
      default -> false;
    };
  }

  /** How many lines of the text lie before its suffix. */
  private static int lines(String text, String suffix) {
    return (int)
        text.substring(0, text.length() - suffix.length()).chars().filter(c -> c == '\n').count();
  }

  /**
   * Interrupts the cell that runs, from another thread, and returns at once. The cell's thread is
   * interrupted so that it can end by itself and save; after three seconds it is stopped; if it
   * resists that too (native code; from JDK 20 on also a loop in compiled classes that never looks
   * at its interrupt flag), the cell ends and the code is left running in the background.
   */
  public void interrupt() {
    execution.interrupt();
  }

  /** Completions for the code before a position of a cell, and where their replacement begins. */
  record Completions(List<String> texts, int start) {}

  /** Suggests how the code before the position may go on. */
  Completions complete(String code, int position) {
    int[] anchor = {position};
    int start = startOfSnippetAt(code, position);
    List<String> texts =
        analysis.completionSuggestions(code.substring(start), position - start, anchor).stream()
            .map(Suggestion::continuation)
            .distinct()
            .toList();
    return new Completions(texts, texts.isEmpty() ? position : start + anchor[0]);
  }

  private int startOfSnippetAt(String code, int position) {
    int start = 0;
    while (true) {
      CompletionInfo next = analysis.analyzeCompletion(code.substring(start));
      int end = code.length() - next.remaining().length();
      if (!next.completeness().isComplete() || end <= start || end >= position) {
        return start;
      }
      start = end;
    }
  }

  /** Whether the code could be run as it is, needs more lines, or is wrong. */
  Completeness completeness(String code) {
    String rest = code;
    while (true) {
      CompletionInfo next = analysis.analyzeCompletion(rest);
      if (!next.completeness().isComplete() || next.remaining().isBlank()) {
        return next.completeness();
      }
      rest = next.remaining();
    }
  }

  /** Ends the JShell. */
  @Override
  public void close() {
    shell.close();
  }
}
