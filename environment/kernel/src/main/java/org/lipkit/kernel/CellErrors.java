package org.lipkit.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.UnresolvedReferenceException;

/** Says what went wrong in terms of cells and their lines. */
final class CellErrors {

  private static final int FRAMES = 12;
  private static final int CAUSE_FRAMES = 3;

  private final JShell shell;
  private final Map<String, Place> places = new HashMap<>();
  private Place now = new Place(0, 1);

  /** Where a snippet begins, or a line of it. */
  private record Place(int cell, int line) {

    Place plus(int lines) {
      return new Place(cell, line + lines);
    }

    @Override
    public String toString() {
      return "cell [" + cell + "], line " + line;
    }
  }

  CellErrors(JShell shell) {
    this.shell = shell;
  }

  /** The next snippet begins here. */
  void at(int cell, int line) {
    now = new Place(cell, line);
  }

  /** The snippet that began at the place last named has this identity. */
  void evaluated(Snippet snippet) {
    places.put(snippet.id(), now);
  }

  /** Declarations may use what a later snippet of the cell declares, but not what none does. */
  void throwIfStillUndeclared(List<Snippet> snippets) throws CellException {
    for (Snippet snippet : snippets) {
      if (shell.status(snippet) == Status.RECOVERABLE_NOT_DEFINED) {
        throw compilation(snippet);
      }
    }
  }

  /** What the compiler has against the snippet: every error with its source line. */
  CellException compilation(Snippet snippet) {
    Place start = places.get(snippet.id());
    List<String> sentences = new ArrayList<>();
    List<String> details = new ArrayList<>();
    for (Diag error : shell.diagnostics(snippet).filter(Diag::isError).toList()) {
      String source = snippet.source();
      int position = (int) Math.min(Math.max(error.getPosition(), 0), source.length());
      int lineStart = source.lastIndexOf('\n', position - 1) + 1;
      int line = (int) source.substring(0, lineStart).chars().filter(c -> c == '\n').count();
      String sentence = start.plus(line) + ": " + oneLine(error.getMessage(Locale.ENGLISH));
      if (!sentences.isEmpty()) {
        details.add(sentence);
      }
      sentences.add(sentence);
      details.add("    " + source.substring(lineStart).lines().findFirst().orElse(""));
      details.add("    " + " ".repeat(position - lineStart) + "^");
    }
    if (sentences.isEmpty()) {
      sentences.add(start + ": " + undeclared(snippet));
    }
    return new CellException(sentences.get(0), details);
  }

  private static String oneLine(String compilerMessage) {
    return compilerMessage
        .lines()
        .map(String::strip)
        .filter(line -> !line.equals("location: class"))
        .map(line -> line.replaceAll(":\\s+", ": "))
        .collect(Collectors.joining("; "));
  }

  private String undeclared(Snippet snippet) {
    if (!(snippet instanceof DeclarationSnippet declaration)) {
      return "not declared";
    }
    return declaration.name()
        + " needs what is not declared: "
        + shell.unresolvedDependencies(declaration).collect(Collectors.joining(", "));
  }

  /** What the snippet threw, with a short stack in which snippets have cells and lines. */
  CellException exception(JShellException thrown) {
    return new CellException(place(thrown) + ": " + describe(thrown), stack(thrown));
  }

  /**
   * The snippet was interrupted.
   *
   * @param thrown what it threw when it ended, or null
   * @param leftBehind whether it still runs
   */
  CellException interrupted(JShellException thrown, boolean leftBehind) {
    if (leftBehind) {
      return new CellException(
          now
              + ": interrupted, but the code did not stop and goes on in the background;"
              + " restart the kernel to end it",
          List.of());
    }
    if (thrown == null) {
      return new CellException(now + ": interrupted", List.of());
    }
    String what = describe(thrown);
    boolean plain = what.startsWith(InterruptedException.class.getName());
    return new CellException(
        place(thrown) + ": interrupted" + (plain ? "" : " (" + what + ")"), List.of());
  }

  /** A warning that the running snippet made an earlier variable lose its value. */
  String reset(Snippet variable) {
    return now
        + ": the variable declared at "
        + places.get(variable.id())
        + " lost its value, because its type now means another: "
        + variable.source();
  }

  private String describe(Throwable thrown) {
    if (thrown instanceof UnresolvedReferenceException unresolved) {
      return undeclared(unresolved.getSnippet());
    }
    String name =
        thrown instanceof EvalException e ? e.getExceptionClassName() : thrown.getClass().getName();
    return thrown.getMessage() == null ? name : name + ": " + thrown.getMessage();
  }

  /** The innermost line of the running cell that the exception went through. */
  private Place place(Throwable thrown) {
    return Stream.of(thrown.getStackTrace())
        .flatMap(frame -> place(frame).stream())
        .filter(place -> place.cell() == now.cell())
        .findFirst()
        .orElse(now);
  }

  private Optional<Place> place(StackTraceElement frame) {
    String file = frame.getFileName();
    if (file == null || !file.startsWith("#")) {
      return Optional.empty();
    }
    return Optional.ofNullable(places.get(file.substring(1)))
        .map(start -> start.plus(frame.getLineNumber() - 1));
  }

  private List<String> stack(Throwable thrown) {
    List<String> lines = new ArrayList<>(frames(thrown, FRAMES));
    for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
      lines.add("caused by " + describe(cause));
      lines.addAll(frames(cause, CAUSE_FRAMES));
    }
    return lines;
  }

  private List<String> frames(Throwable thrown, int limit) {
    StackTraceElement[] frames = thrown.getStackTrace();
    List<String> lines =
        Stream.of(frames).limit(limit).map(this::frame).collect(Collectors.toList());
    if (frames.length > limit) {
      lines.add("    ... " + (frames.length - limit) + " more");
    }
    return lines;
  }

  private String frame(StackTraceElement frame) {
    return place(frame)
        .map(
            place ->
                "    at "
                    + place
                    + (frame.getMethodName().isEmpty() ? "" : " (" + method(frame) + ")"))
        .orElse("    at " + frame);
  }

  private static String method(StackTraceElement frame) {
    String owner = frame.getClassName();
    return owner.isEmpty() ? frame.getMethodName() : owner + "." + frame.getMethodName();
  }
}
