package org.lipkit.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file of a data set: reads it, and words what is wrong with it. */
record SourceFile(Path path, String id) {

  byte[] bytes() {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  DataException unreadable(IOException e) {
    if (e instanceof NoSuchFileException) {
      return wrong("is missing");
    }
    String reason = e.getMessage() == null ? "" : ": " + e.getMessage();
    return wrong("cannot be read (" + e.getClass().getSimpleName() + reason + ")");
  }

  DataException wrong(String problem) {
    return new DataException(path, problem, id);
  }

  DataException truncated(long at, long expected) {
    return wrong("is truncated at byte " + at + " of " + expected);
  }

  int checkLabel(int label, int image, int classes) {
    if (label < 0 || label >= classes) {
      throw wrong(
          "gives image " + image + " the label " + label + ", outside 0 to " + (classes - 1));
    }
    return label;
  }

  void checkCount(int found, int expected, String what) {
    if (found != expected) {
      throw wrong("holds " + found + " " + what + " instead of " + expected);
    }
  }
}
