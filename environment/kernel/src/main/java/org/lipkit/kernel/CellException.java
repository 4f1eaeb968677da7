package org.lipkit.kernel;

import java.util.List;

/**
 * A cell that did not end well. The message is one sentence that starts with the cell and the line;
 * the details are what a reader may want to see below it.
 */
public final class CellException extends Exception {

  /** The lines below the message. */
  private final List<String> details;

  CellException(String message, List<String> details) {
    super(message, null, false, false);
    this.details = List.copyOf(details);
  }

  /**
   * What is shown below the message.
   *
   * @return source lines or a short stack, perhaps none
   */
  public List<String> details() {
    return details;
  }
}
