package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLockTest {

  private static final Runnable NOTHING = () -> {};

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
          assertThrows(
                  IllegalStateException.class,
                  () -> FileLock.of(file, "it", Duration.ZERO, NOTHING))
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

  @Test
  void keepsOtherProgramsAway() throws Exception {
    try (FileLock lock = FileLock.of(file, "it")) {
      assertThrows(
          IllegalStateException.class,
          () -> FileLock.of(file, "it", Duration.ZERO, NOTHING),
          lock::toString);
      Process other = other();
      assertEquals(
          "it is being written by another program; let it end or stop it, then try again.",
          firstLine(other));
      assertEquals(0, other.waitFor());
    }
    assertFalse(Files.exists(file));
  }

  @Test
  void refusesOrWaitsForWhatAnotherProgramWrites() throws Exception {
    Process other = other();
    assertEquals("locked", firstLine(other));
    assertThrows(IllegalStateException.class, () -> FileLock.of(file, "it"));
    AtomicInteger told = new AtomicInteger();
    Runnable waiting =
        () -> {
          told.incrementAndGet();
          CompletableFuture.runAsync(
              other::destroy, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
        };
    try (FileLock lock = FileLock.awaiting(file, "it", waiting)) {
      assertEquals(1, told.get(), lock::toString);
      assertTrue(other.waitFor(10, TimeUnit.SECONDS));
    }
  }

  private Process other() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    return new ProcessBuilder(java, "-cp", classes, Other.class.getName(), file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    return process.inputReader().readLine();
  }

  /** Another program, which keeps the lock until it is stopped. */
  static final class Other {

    public static void main(String[] file) throws InterruptedException {
      try (FileLock lock = FileLock.of(Path.of(file[0]), "it")) {
        System.out.println("locked");
        Thread.sleep(60_000);
        System.out.println(lock);
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
