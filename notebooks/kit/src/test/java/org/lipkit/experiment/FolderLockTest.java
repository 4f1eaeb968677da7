package org.lipkit.experiment;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

  @TempDir Path folder;

  /** An interrupted cell saves in the background while the next one begins. */
  @Test
  void waitsForWhatTheSameProgramStillWrites() {
    FolderLock first = FolderLock.of(folder);
    CompletableFuture.runAsync(
        first::close, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
    try (FolderLock second = FolderLock.of(folder)) {
      assertTrue(Files.exists(folder.resolve("checkpoint.lock")), second::toString);
      assertThrows(IllegalStateException.class, () -> FolderLock.of(folder, Duration.ZERO));
    }
    assertFalse(Files.exists(folder.resolve("checkpoint.lock")));
  }

  @Test
  void canBeInterruptedWhileItWaits() {
    try (FolderLock first = FolderLock.of(folder)) {
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> FolderLock.of(folder), first::toString);
      assertTrue(Thread.interrupted());
    }
  }
}
