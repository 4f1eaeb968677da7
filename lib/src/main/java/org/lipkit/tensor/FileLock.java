package org.lipkit.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps a second writer away from files that somebody writes, or lets it wait, by a lock on a file
 * beside them.
 */
public final class FileLock implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LONGEST = 1 << 16;

  /**
   * What this program has locked. Opening such a file to ask would not do: the system drops all
   * locks that a program has on a file as soon as the program closes it once.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

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
    return of(
        file,
        what,
        PATIENCE,
        () -> {
          throw taken(what, "another program; let it end or stop it");
        });
  }

  /**
   * Takes a lock like {@link #of(Path, String)}, but waits for another program that has it, however
   * long that takes.
   *
   * @param file the file that is locked; it and its folder are created where they are missing
   * @param what is written meanwhile, as the refusal names it
   * @param waiting is called once if another program has the lock
   * @return the lock
   * @throws IllegalStateException if an earlier call in this program has it
   * @throws CancellationException if the thread is interrupted while it waits
   * @throws UncheckedIOException if the file cannot be created
   */
  public static FileLock awaiting(Path file, String what, Runnable waiting) {
    return of(file, what, PATIENCE, waiting);
  }

  static FileLock of(Path file, String what, Duration patience, Runnable another) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path real = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
      hold(real, what, patience);
      FileChannel channel = null;
      try {
        channel = locked(real, another);
        return new FileLock(real, channel);
      } finally {
        if (channel == null) {
          HELD.remove(real);
        }
      }
    } catch (ClosedByInterruptException | InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted before anything was written to " + what);
    } catch (IOException e) {
      throw new UncheckedIOException(what + " cannot be written (" + e + ").", e);
    }
  }

  private static FileChannel locked(Path file, Runnable another)
      throws IOException, InterruptedException {
    boolean told = false;
    while (true) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean ours = false;
      try {
        boolean free = channel.tryLock() != null;
        ours = free && isAt(file, channel);
        if (ours) {
          return channel;
        }
        if (!free && !told) {
          told = true;
          another.run();
        }
      } finally {
        if (!ours) {
          channel.close();
        }
      }
      Thread.sleep(100);
    }
  }

  private static void hold(Path file, String what, Duration patience) throws InterruptedException {
    long start = System.nanoTime();
    while (!HELD.add(file)) {
      if (System.nanoTime() - start > patience.toNanos()) {
        throw taken(what, "an earlier call in this program; let it end or interrupt it");
      }
      Thread.sleep(100);
    }
  }

  /**
   * Whether a file that was opened is still the one at its path: who held the lock may have deleted
   * it since, and then another one counts. The two are told apart by a length that is drawn,
   * because opening the file again to read it would drop the lock.
   */
  static boolean isAt(Path file, FileChannel channel) throws IOException {
    int length = 1 + ThreadLocalRandom.current().nextInt(LONGEST);
    channel.truncate(0).write(ByteBuffer.allocate(1), length - 1);
    try {
      return Files.size(file) == length;
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
    } finally {
      HELD.remove(file);
    }
  }
}
