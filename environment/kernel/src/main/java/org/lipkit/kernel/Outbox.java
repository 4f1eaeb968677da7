package org.lipkit.kernel;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Sends what cells print and show to the front end, in order, on a thread of its own: a cell that
 * is interrupted or stopped in the middle of a message would otherwise close the connection.
 * Whoever hands over faster than can be read is slowed down, and neighbours that can be one message
 * become one.
 *
 * <p>Monitors guard the queue, not the locks of java.util.concurrent: those are lost for good when
 * JDK 17 stops a thread that waits for them.
 */
final class Outbox {

  private static final int LIMIT = 100;
  private static final int LONG_TEXT = 1 << 16;
  private static final int PAUSE_MILLIS = 10;

  private final Deque<Message> queue = new ArrayDeque<>();
  private boolean sending;

  /** Something to send. */
  @FunctionalInterface
  interface Message {
    void send();

    /** Takes in the message that would follow, or refuses. */
    default boolean absorb(Message next) {
      return false;
    }
  }

  Outbox() {
    Thread sender = new Thread(this::sendForever, "outbox");
    sender.setDaemon(true);
    sender.start();
  }

  /** Hands over a message. */
  synchronized void put(Message message) {
    if (!queue.isEmpty() && queue.getLast().absorb(message)) {
      return;
    }
    await(() -> queue.size() < LIMIT);
    queue.add(message);
    notifyAll();
  }

  /** Waits until all that was handed over has been sent. */
  synchronized void flush() {
    await(() -> queue.isEmpty() && !sending);
  }

  private synchronized List<Message> take() {
    sending = false;
    notifyAll();
    await(() -> !queue.isEmpty());
    sending = true;
    List<Message> messages = List.copyOf(queue);
    queue.clear();
    notifyAll();
    return messages;
  }

  /** Waits whether interrupted or not, but does not lose the interrupt. */
  private synchronized void await(BooleanSupplier condition) {
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendForever() {
    while (true) {
      take().forEach(Message::send);
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
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
            put(new Text(target, bytes, offset, length));
          }
        };
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }

  private static final class Text implements Message {
    private final PrintStream target;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    Text(PrintStream target, byte[] bytes, int offset, int length) {
      this.target = target;
      text.write(bytes, offset, length);
    }

    @Override
    public void send() {
      target.writeBytes(text.toByteArray());
      target.flush();
    }

    @Override
    public boolean absorb(Message next) {
      if (next instanceof Text more && more.target == target && text.size() < LONG_TEXT) {
        text.writeBytes(more.text.toByteArray());
        return true;
      }
      return false;
    }
  }
}
