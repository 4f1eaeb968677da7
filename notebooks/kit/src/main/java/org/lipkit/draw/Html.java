package org.lipkit.draw;

/** Text as part of a page. */
public final class Html {

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
