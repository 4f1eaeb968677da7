package org.lipkit.text;

import java.util.Arrays;
import java.util.List;

/** Refuses wrong arguments where they come in, before something else fails on them. */
public final class Given {

  private Given() {}

  /**
   * {@return the exception to throw when an argument is refused}
   *
   * @param format one sentence that says what is wrong and what to do, as in {@link Text#of}
   * @param values the values in it
   */
  public static IllegalArgumentException refused(String format, Object... values) {
    return new IllegalArgumentException(Text.of(format, values));
  }

  /**
   * {@return the argument}
   *
   * @param what what it is, such as "The loss"
   * @param value the argument
   * @param <T> its type
   * @throws IllegalArgumentException if it is null
   */
  public static <T> T notNull(String what, T value) {
    if (value == null) {
      throw new IllegalArgumentException(what + " must be given, not be null.");
    }
    return value;
  }

  /**
   * {@return a copy of some arguments}
   *
   * @param what what each is, such as "Layer"; its place from 1 is added
   * @param values the arguments
   * @param <T> their type
   * @throws IllegalArgumentException if there is no list, or one of them is null
   */
  public static <T> List<T> noneNull(String what, List<? extends T> values) {
    int place = 1;
    for (T value : notNull("A list of " + what + "s", values)) {
      notNull(what + " " + place++, value);
    }
    return List.copyOf(values);
  }

  /**
   * {@return a list of some arguments}
   *
   * @param what what each is, such as "Layer"; its place from 1 is added
   * @param values the arguments
   * @param <T> their type
   * @throws IllegalArgumentException if there is no array, or one of them is null
   */
  @SafeVarargs
  public static <T> List<T> noneNull(String what, T... values) {
    return noneNull(what, Arrays.asList(notNull("A list of " + what + "s", values)));
  }
}
