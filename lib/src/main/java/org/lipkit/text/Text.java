package org.lipkit.text;

import java.util.Locale;

/** Text with numbers in it, the same whatever the computer's language. */
public final class Text {

  private Text() {}

  /**
   * {@return the text with its values, formatted as {@link String#format} does for {@link
   * Locale#ROOT}}
   *
   * @param format the text, with a place such as {@code %d} for each value
   * @param values the values
   */
  public static String of(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
