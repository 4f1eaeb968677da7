package org.lipkit.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/** Keeps a second run out of a folder that one is being written to, by a lock on a file there. */
final class FolderLock implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a folder until {@link #close}, or until this program ends, however it ends. A notebook's
   * cell that was interrupted may still be saving what it did: what this program itself writes is
   * waited for, ten seconds at most.
   *
   * @param folder created where it is missing
   * @return the lock
   * @throws IllegalStateException if another run, of this or another program, has locked it
   * @throws CancellationException if the thread is interrupted while it waits
   */
  static FolderLock of(Path folder) {
    return of(folder, PATIENCE);
  }

  static FolderLock of(Path folder, Duration patience) {
    Path file = folder.resolve("checkpoint.lock");
    long start = System.nanoTime();
    try {
      Files.createDirectories(folder);
      while (true) {
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean ours = false;
        try {
          if (channel.tryLock() == null) {
            throw taken(folder);
          }
          // Who held the lock deletes the file; then another one counts.
          ours = Files.exists(file);
          if (ours) {
            return new FolderLock(file, channel);
          }
        } catch (OverlappingFileLockException e) {
          if (System.nanoTime() - start > patience.toNanos()) {
            throw taken(folder);
          }
          Thread.sleep(100);
        } finally {
          if (!ours) {
            channel.close();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + file + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while another run was writing to " + folder);
    }
  }

  private static IllegalStateException taken(Path folder) {
    return new IllegalStateException(
        folder + " is being written by another run; let it end or stop it, then try again.");
  }

  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unlock " + file + ": " + e.getMessage(), e);
    }
  }
}
