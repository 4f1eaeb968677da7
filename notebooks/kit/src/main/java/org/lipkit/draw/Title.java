package org.lipkit.draw;

/**
 * The heading of a table or picture. It says so where the data are made up.
 *
 * @param text what is shown
 * @param madeUp whether the numbers come from made-up instead of official data
 */
public record Title(String text, boolean madeUp) {

  /** Returns the text, followed by "(made-up data)" where that is so. */
  @Override
  public String toString() {
    return madeUp ? text + " (made-up data)" : text;
  }
}
