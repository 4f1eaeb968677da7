package org.lipkit.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second run out of a folder that one is being written to, by a lock on a file there. */
final class FolderLock implements AutoCloseable {

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a folder until {@link #close}, or until this program ends, however it ends.
   *
   * @param folder created where it is missing
   * @return the lock
   * @throws IllegalStateException if another run, of this or another program, has locked it
   */
  static FolderLock of(Path folder) {
    Path file = folder.resolve("checkpoint.lock");
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isTaken(channel)) {
        channel.close();
        throw new IllegalStateException(
            folder + " is being written by another run; let it end or stop it, then try again.");
      }
      return new FolderLock(file, channel);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + file + ": " + e.getMessage(), e);
    }
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
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
