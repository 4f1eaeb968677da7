package org.lipkit.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A stream that fails where nothing comes for some time, instead of waiting for good. */
final class ImpatientStream extends FilterInputStream {

  private static final ScheduledExecutorService ALARMS =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "download alarms");
            thread.setDaemon(true);
            return thread;
          });

  private final Duration patience;
  private volatile boolean silent;

  ImpatientStream(InputStream in, Duration patience) {
    super(in);
    this.patience = patience;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    ScheduledFuture<?> alarm =
        ALARMS.schedule(this::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
    try {
      int read = in.read(bytes, from, count);
      if (read < 0 && silent) {
        throw new IOException("closed");
      }
      return read;
    } catch (IOException e) {
      throw silent
          ? new IOException("the server sent nothing for " + patience.toSeconds() + " s")
          : e;
    } finally {
      alarm.cancel(false);
    }
  }

  /** Closing the stream ends the read that waits. */
  private void giveUp() {
    silent = true;
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
