package org.lipkit.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The library's version, as its Maven project has it. */
public final class LibraryVersion {

  private LibraryVersion() {}

  /** {@return for example "0.1.0"} */
  public static String text() {
    try (InputStream file = LibraryVersion.class.getResourceAsStream("version.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
