package org.lipkit.kernel;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sends what cells print and show to the front end, in order, on a thread of its own: a cell that
 * is interrupted or stopped in the middle of a message would otherwise close the connection. Text
 * that is printed faster than it can be sent goes out in larger pieces.
 */
final class Outbox {

  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "outbox");
            thread.setDaemon(true);
            return thread;
          });
  private ByteArrayOutputStream unsent;
  private PrintStream unsentTo;

  /** Sends something after all that was handed over before. */
  synchronized Future<?> send(Runnable message) {
    unsent = null;
    return sender.submit(message);
  }

  /** Waits until all that was handed over has been sent. */
  void flush() {
    try {
      send(() -> {}).get();
    } catch (Exception e) {
      throw new IllegalStateException("The kernel's output thread failed.", e);
    }
  }

  /** A stream whose text is sent to the target. */
  PrintStream to(PrintStream target) {
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            print(target, bytes, offset, length);
          }
        };
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }

  private synchronized void print(PrintStream target, byte[] bytes, int offset, int length) {
    if (unsent == null || unsentTo != target) {
      ByteArrayOutputStream piece = new ByteArrayOutputStream();
      sender.execute(() -> sendText(piece, target));
      unsent = piece;
      unsentTo = target;
    }
    unsent.write(bytes, offset, length);
  }

  private void sendText(ByteArrayOutputStream piece, PrintStream target) {
    byte[] bytes;
    synchronized (this) {
      bytes = piece.toByteArray();
      if (unsent == piece) {
        unsent = null;
      }
    }
    target.write(bytes, 0, bytes.length);
    target.flush();
  }
}
