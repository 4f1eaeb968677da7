package org.lipkit.draw;

/** Text that goes into a page. */
public final class Html {

  private Html() {}

  /**
   * Writes text so that a browser shows it letter by letter.
   *
   * @param text any text
   * @return the text with its markup characters escaped
   */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
