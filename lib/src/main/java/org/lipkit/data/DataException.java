package org.lipkit.data;

import java.nio.file.Path;

/** A data file is missing, damaged or not what it should be; the message is one sentence. */
public class DataException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** What is wrong: the first part of the message. */
  final String fault;

  /** How to mend it: the second part, which may be empty. */
  final String remedy;

  /**
   * An exception with a message of its own.
   *
   * @param sentence says what is wrong and what to do
   */
  public DataException(String sentence) {
    this(sentence, "");
  }

  /**
   * "FILE PROBLEM; mend it with: data-scripts/ID", or without that end for a folder of one's own.
   *
   * @param file the file at fault
   * @param problem what is wrong, a phrase that continues the file's name
   * @param id the data set's id, which is its script's name where it is an official one
   */
  public DataException(Path file, String problem, String id) {
    this(
        file + " " + problem,
        OfficialSet.of(id).isPresent() ? "; mend it with: data-scripts/" + id : "");
  }

  DataException(String fault, String remedy) {
    super(fault + remedy);
    this.fault = fault;
    this.remedy = remedy;
  }
}
