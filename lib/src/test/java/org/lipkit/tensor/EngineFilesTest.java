package org.lipkit.tensor;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineFilesTest {

  @TempDir private Path folder;

  /** A header, ten bytes, and a table of two sections of 64 bytes. */
  private static byte[] library() {
    ByteBuffer file = ByteBuffer.allocate(64 + 10 + 2 * 64).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F'});
    file.putLong(40, 74).putShort(58, (short) 64).putShort(60, (short) 2);
    return file.array();
  }

  @Test
  void wholeLibrariesAndOtherFilesPass() throws IOException {
    Files.write(folder.resolve("lib.so"), library());
    Files.write(folder.resolve("libgomp-1.so.1"), library());
    Files.write(folder.resolve("other.so"), new byte[100]);
    Files.write(folder.resolve("notes.txt"), new byte[1]);
    assertDoesNotThrow(() -> EngineFiles.requireWhole(folder));
    assertDoesNotThrow(() -> EngineFiles.requireWhole(folder.resolve("absent")));
    assertDoesNotThrow(() -> EngineFiles.requireWhole());
  }

  /** The engine moves the folder into place when the last library is whole. */
  @Test
  void whatIsBeingUnpackedPasses() throws IOException {
    Path unpacking = Files.createDirectory(folder.resolve("tmp123"));
    Files.write(unpacking.resolve("lib.so"), new byte[10]);
    assertDoesNotThrow(() -> EngineFiles.requireWhole(folder));
  }

  @Test
  void aLibraryThatIsCutAnywhereIsNamed() throws IOException {
    Path file = folder.resolve("2.7.1").resolve("lib.so");
    Files.createDirectories(file.getParent());
    byte[] whole = library();
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      Exception refusal =
          assertThrows(IllegalStateException.class, () -> EngineFiles.requireWhole(folder));
      assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
    }
  }
}
