package org.lipkit.kernel;

import io.github.spencerpark.jupyter.channels.JupyterConnection;
import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.KernelConnectionProperties;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.ReplacementOptions;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Answers Jupyter's messages with what the evaluator makes of the cells. */
public final class Kernel extends BaseKernel {

  private final Evaluator evaluator = new Evaluator();
  private final Outbox outbox = new Outbox();

  private Kernel() {
    setShouldReplaceStdStreams(false);
    System.setOut(outbox.to(getIO().out));
    System.setErr(outbox.to(getIO().err));
    Display.connect((data, update) -> outbox.put(update ? new Update(data) : () -> display(data)));
  }

  /** Of several updates of one display that were not yet sent, only the last matters. */
  private final class Update implements Outbox.Message {
    private DisplayData data;

    Update(DisplayData data) {
      this.data = data;
    }

    @Override
    public void send() {
      getIO().display.updateDisplay(data);
    }

    @Override
    public boolean absorb(Outbox.Message next) {
      if (next instanceof Update later && later.data.getDisplayId().equals(data.getDisplayId())) {
        data = later.data;
        return true;
      }
      return false;
    }
  }

  /**
   * Runs a kernel until its front end shuts it down.
   *
   * @param args the connection file that Jupyter wrote
   * @throws Exception if the file cannot be read or its addresses cannot be bound
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("Jupyter starts this kernel; its one argument is the connection file.");
      System.exit(2);
    }
    Logger.getLogger("").setLevel(Level.WARNING);
    endWithJupyter();
    JupyterConnection connection =
        new JupyterConnection(KernelConnectionProperties.parse(Files.readString(Path.of(args[0]))));
    new Kernel().becomeHandlerForConnection(connection);
    // Without this, a front end that reads slowly never hears that the cell has ended.
    connection.getIOPub().setHWM(0);
    connection.connect();
    connection.waitUntilClose();
    System.exit(0);
  }

  /** Jupyter says who started the kernel; without it no one is left to shut the kernel down. */
  private static void endWithJupyter() {
    Optional.ofNullable(System.getenv("JPY_PARENT_PID"))
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
        .ifPresent(jupyter -> jupyter.onExit().thenRun(() -> System.exit(1)));
  }

  @Override
  public DisplayData eval(String code) throws CellException {
    int cell = executionCount.get() - 1;
    try {
      Object value = evaluator.evaluate(cell, code);
      return value == null ? null : Display.result(value);
    } catch (RuntimeException | Error e) {
      // The channel's thread survives only checked surprises.
      throw new CellException("cell [" + cell + "]: " + e, List.of());
    } finally {
      outbox.flush();
    }
  }

  @Override
  public List<String> formatError(Exception error) {
    List<String> lines = new ArrayList<>();
    lines.add(error.getMessage());
    if (error instanceof CellException cell) {
      lines.addAll(cell.details());
    }
    return lines;
  }

  @Override
  public void interrupt() {
    evaluator.interrupt();
  }

  @Override
  public ReplacementOptions complete(String code, int position) {
    Evaluator.Completions completions = evaluator.complete(code, position);
    return new ReplacementOptions(completions.texts(), completions.start(), position);
  }

  @Override
  public String isComplete(String code) {
    return switch (evaluator.completeness(code)) {
      case UNKNOWN -> IS_COMPLETE_BAD;
      case DEFINITELY_INCOMPLETE -> "    ";
      default -> IS_COMPLETE_YES;
    };
  }

  @Override
  public LanguageInfo getLanguageInfo() {
    return new LanguageInfo.Builder("Java")
        .version(System.getProperty("java.version"))
        .mimetype("text/x-java-source")
        .fileExtension(".jshell")
        .pygments("java")
        .codemirror("text/x-java")
        .build();
  }

  @Override
  public void onShutdown(boolean isRestarting) {
    evaluator.interrupt();
  }
}
