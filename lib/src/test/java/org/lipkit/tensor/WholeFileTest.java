package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir private Path folder;

  @Test
  void aLinkInPlaceOfTheUnfinishedFileIsNotFollowed() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "kept");
    Path file = folder.resolve("samples.csv");
    Files.createSymbolicLink(folder.resolve("samples.csv.part"), precious);
    WholeFile.write(file, out -> out.write('1'));
    assertEquals("kept", Files.readString(precious));
    assertEquals("1", Files.readString(file));
    assertFalse(Files.isSymbolicLink(file));
  }

  @Test
  void aFolderIsNotReplaced() {
    assertThrows(UncheckedIOException.class, () -> WholeFile.write(folder, out -> {}));
    assertTrue(Files.isDirectory(folder));
  }

  @Test
  void whatAnInterruptedWriterLeftIsReplaced() throws IOException {
    Files.writeString(folder.resolve("run.json.part"), "a longer rest");
    WholeFile.write(folder.resolve("run.json"), out -> out.write('2'));
    assertEquals("2", Files.readString(folder.resolve("run.json")));
    assertFalse(Files.exists(folder.resolve("run.json.part")));
  }
}
