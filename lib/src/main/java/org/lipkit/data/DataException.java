package org.lipkit.data;

import java.nio.file.Path;

/** A data file is missing, damaged or not what it should be; the message is one sentence. */
public class DataException extends RuntimeException {

  /**
   * An exception with a message of its own.
   *
   * @param sentence says what is wrong and what to do
   */
  public DataException(String sentence) {
    super(sentence);
  }

  /**
   * "FILE PROBLEM; mend it with: data-scripts/ID", or without that end for a folder of one's own.
   *
   * @param file the file at fault
   * @param problem what is wrong, a phrase that continues the file's name
   * @param id the data set's id, which is its script's name where it is an official one
   */
  public DataException(Path file, String problem, String id) {
    super(
        file
            + " "
            + problem
            + (OfficialSet.of(id).isPresent() ? "; mend it with: data-scripts/" + id : ""));
  }
}
