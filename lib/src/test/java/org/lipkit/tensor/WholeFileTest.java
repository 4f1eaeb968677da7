package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir private Path folder;

  @Test
  void ofTwoWritersAtOnceBothWriteWhole() throws IOException {
    Path file = folder.resolve("samples.csv");
    WholeFile.write(
        file,
        outer -> {
          outer.write('1');
          WholeFile.write(file, inner -> inner.write('2'));
          assertEquals("2", Files.readString(file));
          outer.write('1');
        });
    assertEquals("11", Files.readString(file));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList());
    }
  }

  @Test
  void aFolderIsNotReplaced() {
    assertThrows(UncheckedIOException.class, () -> WholeFile.write(folder, out -> {}));
    assertTrue(Files.isDirectory(folder));
  }

  @Test
  void whatCouldNotBeWrittenLeavesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("run.json"), "old");
    assertThrows(
        UncheckedIOException.class,
        () ->
            WholeFile.write(
                file,
                out -> {
                  out.write('2');
                  throw new IOException("full");
                }));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList());
    }
    assertEquals("old", Files.readString(file));
  }
}
