package org.lipkit.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Where data sets live: one folder, set by the environment variable {@code LIPKIT_DATA}. */
public final class DataHome {

  private DataHome() {}

  /**
   * {@return the folder that holds the data sets: the system property {@code lipkit.data} if set,
   * else the environment variable {@code LIPKIT_DATA}, else {@code lipkit/data} in the user's cache
   * folder}
   */
  public static Path path() {
    return path(System::getProperty, System::getenv);
  }

  static Path path(UnaryOperator<String> property, UnaryOperator<String> environment) {
    String chosen = firstSet(property.apply("lipkit.data"), environment.apply("LIPKIT_DATA"));
    Path path = chosen == null ? cache(property, environment) : Path.of(chosen);
    return path.toAbsolutePath().normalize();
  }

  private static Path cache(UnaryOperator<String> property, UnaryOperator<String> environment) {
    Path home = Path.of(property.apply("user.home"));
    String os = property.apply("os.name").toLowerCase(Locale.ROOT);
    String cache;
    if (os.startsWith("windows")) {
      cache = firstSet(environment.apply("LOCALAPPDATA"), home + "/AppData/Local");
    } else if (os.startsWith("mac")) {
      cache = home + "/Library/Caches";
    } else {
      cache = firstSet(environment.apply("XDG_CACHE_HOME"), home + "/.cache");
    }
    return Path.of(cache, "lipkit", "data");
  }

  private static String firstSet(String first, String second) {
    if (first != null && !first.isBlank()) {
      return first;
    }
    return second != null && !second.isBlank() ? second : null;
  }
}
