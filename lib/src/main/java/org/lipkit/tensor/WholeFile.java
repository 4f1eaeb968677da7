package org.lipkit.tensor;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.lipkit.text.Given;
import org.lipkit.text.Text;

/**
 * Writes files that appear whole or not at all: each is written under another name and then moved.
 */
public final class WholeFile {

  private WholeFile() {}

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes it.
     *
     * @param out takes the bytes; closed by {@link WholeFile#write}
     * @throws IOException if it cannot be written
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file.
   *
   * @param file the file to write; its folder is created
   * @param content writes the bytes that the file is to hold
   * @throws UncheckedIOException if it cannot be written, or is a folder or a device; what was
   *     there before stays
   */
  public static void write(Path file, Content content) {
    Path unfinished = Given.notNull("The file", file).resolveSibling(unfinishedName(file));
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isSymbolicLink(file)) {
      throw new UncheckedIOException(
          "Cannot write " + file + ": it is a folder or a device; choose another name.",
          new FileAlreadyExistsException(file.toString()));
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try {
        try (OutputStream out =
            Files.newOutputStream(
                unfinished,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
          content.writeTo(out);
        }
        move(unfinished, file);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          Text.of(
              "Cannot write %s (%s: %s); free disk space, or choose a folder that can be written to.",
              file, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /** Drawn, because another program may be writing the same file. */
  private static String unfinishedName(Path file) {
    return file.getFileName() + "." + UUID.randomUUID() + ".part";
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
