package org.lipkit.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.lipkit.text.Text;

/**
 * A file of a data set, for {@link Loader}s: reads it, and says in one sentence what is wrong with
 * it.
 *
 * @param path where the file lies
 * @param id the data set's id
 */
public record SourceFile(Path path, String id) {

  /**
   * {@return the whole file}
   *
   * @throws DataException if it is missing, no regular file, or cannot be read
   */
  public byte[] bytes() {
    requireRegular();
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Refuses a folder, and a pipe or a device, which might be read for ever. */
  void requireRegular() {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw wrong("is no regular file; remove it, or put the file itself there");
    }
  }

  DataException unreadable(IOException e) {
    if (Files.notExists(path)) {
      return wrong("is missing");
    }
    if (e instanceof NotDirectoryException) {
      return wrong("is no folder; unpack it, or name the folder that holds it");
    }
    String reason = e.getMessage() == null ? "" : ": " + e.getMessage();
    return wrong("cannot be read (" + e.getClass().getSimpleName() + reason + ")");
  }

  /**
   * {@return the exception to throw, with a phrase that continues the file's name: "has two
   * headers"}
   *
   * @param problem such as "has two headers"
   */
  public DataException wrong(String problem) {
    return new DataException(path, problem, id);
  }

  DataException truncated(long at, long expected) {
    return wrong("is truncated at byte " + at + " of " + expected);
  }

  /**
   * {@return a label that was read}
   *
   * @param label the number to check
   * @param image the image's place in the file, for the message
   * @param classes the number of classes
   * @throws DataException if the label does not lie in 0 to classes - 1
   */
  public int checkLabel(int label, int image, int classes) {
    if (label < 0 || label >= classes) {
      throw wrong(
          Text.of("gives image %s the label %s, outside 0 to %s", image, label, classes - 1));
    }
    return label;
  }

  void checkCount(int found, int expected, String what) {
    if (found != expected) {
      throw wrong("holds " + found + " " + what + " instead of " + expected);
    }
  }
}
