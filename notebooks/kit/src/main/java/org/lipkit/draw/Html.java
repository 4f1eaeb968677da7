package org.lipkit.draw;

/** Text as part of a page. */
public final class Html {

  /** What stands below a picture or table until its script takes it away. */
  static final String NO_SCRIPT =
      "<p><small>Its controls appear where scripts may run: run this cell, or trust the notebook"
          + " (File, Trust Notebook).</small></p>";

  private Html() {}

  /**
   * Escapes text, so that a browser shows it as it is.
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
