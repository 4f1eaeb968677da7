package org.lipkit.command;

import java.util.concurrent.CountDownLatch;

/**
 * Lets this thread finish what it keeps when the program is told to stop, by Ctrl-C or SIGTERM: it
 * is interrupted, and the program waits for it.
 */
final class SaveOnExit implements AutoCloseable {

  private final CountDownLatch saved = new CountDownLatch(1);
  private final Thread worker = Thread.currentThread();
  private final Thread hook = new Thread(this::stop, "save on exit");

  SaveOnExit() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    System.err.println(
        System.lineSeparator() + "Stopping after this batch, to keep what was done.");
    worker.interrupt();
    try {
      saved.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that everything is kept. */
  @Override
  public void close() {
    saved.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program ends already.
    }
  }
}
