package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLockTest {

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void choose() {
    file = folder.resolve("lock");
  }

  /** An interrupted cell saves in the background while the next one begins. */
  @Test
  void waitsForWhatTheSameProgramStillWrites() {
    FileLock first = FileLock.of(file, "it");
    CompletableFuture.runAsync(
        first::close, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
    try (FileLock second = FileLock.of(file, "it")) {
      assertTrue(Files.exists(file), second::toString);
      String message =
          assertThrows(IllegalStateException.class, () -> FileLock.of(file, "it", Duration.ZERO))
              .getMessage();
      assertTrue(message.contains("an earlier call in this program"), message);
    }
    assertFalse(Files.exists(file));
  }

  /** One program opens the file; before it locks it, another deletes it and a third makes one. */
  @Test
  void aLockOnAFileThatIsNoLongerThereDoesNotCount() throws IOException {
    try (FileChannel opened =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertTrue(FileLock.isAt(file, opened));
      Files.delete(file);
      assertFalse(FileLock.isAt(file, opened));
      Files.createFile(file);
      assertFalse(FileLock.isAt(file, opened));
    }
  }

  @Test
  void canBeInterruptedWhileItWaits() {
    try (FileLock first = FileLock.of(file, "it")) {
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> FileLock.of(file, "it"), first::toString);
      assertTrue(Thread.interrupted());
    }
  }
}
