package org.lipkit.tensor;

import ai.djl.util.Utils;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The libraries that the engine unpacked on this machine. A cut one is found before it is loaded,
 * which would end the program without a word.
 */
final class EngineFiles {

  private static final int ELF = 0x7f454c46;
  private static final int HEADER = 64;
  private static final int SECTIONS_AT = 40;
  private static final int SECTION_LENGTH_AT = 58;
  private static final int SECTION_COUNT_AT = 60;

  private EngineFiles() {}

  /** Checks the libraries in the engine's cache. */
  static void requireWhole() {
    requireWhole(Utils.getEngineCacheDir("pytorch"));
  }

  /**
   * Checks all libraries in a folder; other files, those of other systems than Linux, and what
   * another program is unpacking, are passed over.
   *
   * @param cache the folder, which may be absent
   * @throws IllegalStateException if one is cut
   */
  static void requireWhole(Path cache) {
    if (!Files.isDirectory(cache)) {
      return;
    }
    try (Stream<Path> unpacked = Files.list(cache).filter(file -> !isBeingUnpacked(file))) {
      for (Path version : unpacked.toList()) {
        requireWholeBelow(version);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The engine unpacks into a folder of such a name, which it then moves. */
  private static boolean isBeingUnpacked(Path folder) {
    return folder.getFileName().toString().startsWith("tmp");
  }

  private static void requireWholeBelow(Path version) throws IOException {
    try (Stream<Path> files = Files.walk(version)) {
      List<Path> libraries =
          files.filter(file -> file.getFileName().toString().contains(".so")).toList();
      for (Path library : libraries) {
        if (isCut(library)) {
          throw new IllegalStateException(
              "The engine's file "
                  + library
                  + " is cut; delete its folder and start again, which unpacks it anew.");
        }
      }
    }
  }

  /** The table of an ELF file's sections is the last thing in it. */
  private static boolean isCut(Path library) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(library.toFile(), "r")) {
      if (file.length() < HEADER) {
        return true;
      }
      byte[] header = new byte[HEADER];
      file.readFully(header);
      ByteBuffer fields = ByteBuffer.wrap(header);
      if (fields.getInt(0) != ELF) {
        return false;
      }
      fields.order(ByteOrder.LITTLE_ENDIAN);
      int length = fields.getShort(SECTION_LENGTH_AT) * fields.getShort(SECTION_COUNT_AT);
      return fields.getLong(SECTIONS_AT) + length > file.length();
    }
  }
}
