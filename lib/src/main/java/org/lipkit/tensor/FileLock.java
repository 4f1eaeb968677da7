package org.lipkit.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CancellationException;

/** Keeps a second writer away from files that somebody writes, by a lock on a file beside them. */
public final class FileLock implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path file;
  private final FileChannel channel;

  private FileLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes a lock, which is held until {@link #close}, or until this program ends, however it ends.
   * A notebook's cell that was interrupted may still be saving what it did: what this program
   * itself writes is waited for, ten seconds at most.
   *
   * @param file the file that is locked; it and its folder are created where they are missing
   * @param what is written meanwhile, as the refusal names it
   * @return the lock
   * @throws IllegalStateException if somebody else, in this or another program, has it
   * @throws CancellationException if the thread is interrupted while it waits
   * @throws UncheckedIOException if the file cannot be created
   */
  public static FileLock of(Path file, String what) {
    return of(file, what, PATIENCE);
  }

  static FileLock of(Path file, String what, Duration patience) {
    long start = System.nanoTime();
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      while (true) {
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean ours = false;
        try {
          if (channel.tryLock() == null) {
            throw taken(what, "another program; let it end or stop it");
          }
          ours = isAt(file, channel);
          if (ours) {
            return new FileLock(file, channel);
          }
        } catch (OverlappingFileLockException e) {
          if (System.nanoTime() - start > patience.toNanos()) {
            throw taken(what, "an earlier call in this program; let it end or interrupt it");
          }
          Thread.sleep(100);
        } finally {
          if (!ours) {
            channel.close();
          }
        }
      }
    } catch (ClosedByInterruptException | InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted before anything was written to " + what);
    } catch (IOException e) {
      throw new UncheckedIOException(what + " cannot be written (" + e + ").", e);
    }
  }

  /** Who held the lock may have deleted the file since it was opened; then another one counts. */
  static boolean isAt(Path file, FileChannel channel) throws IOException {
    byte[] token = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0).write(ByteBuffer.wrap(token));
    try {
      return Arrays.equals(token, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static IllegalStateException taken(String what, String by) {
    return new IllegalStateException(what + " is being written by " + by + ", then try again.");
  }

  /** Gives the lock back and deletes its file. */
  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unlock " + file + ": " + e.getMessage(), e);
    }
  }
}
