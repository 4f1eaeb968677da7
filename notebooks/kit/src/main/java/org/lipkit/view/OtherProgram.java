package org.lipkit.view;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** A program beside this one. */
final class OtherProgram {

  private OtherProgram() {}

  /**
   * Runs a program and hands on what it prints on both streams. If the thread is interrupted, the
   * program is told to stop.
   *
   * @param command the program and its arguments
   * @param line hears each line
   * @return its exit code
   * @throws CancellationException if the thread is interrupted
   */
  static int run(List<String> command, Consumer<String> line) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
    Thread reader = new Thread(() -> read(process, line), "output of " + command.get(0));
    reader.setDaemon(true);
    reader.start();
    try {
      int code = process.waitFor();
      reader.join();
      return code;
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted; what was done is kept.");
    }
  }

  private static void read(Process process, Consumer<String> line) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().forEach(line);
    } catch (IOException | UncheckedIOException e) {
      line.accept("What the program prints cannot be read: " + e.getMessage());
    }
  }
}
