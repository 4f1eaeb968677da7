package org.lipkit.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Where data sets live: one folder, set by the environment variable {@code LIPKIT_DATA}. */
public final class DataHome {

  private DataHome() {}

  /**
   * The folder that holds the data sets: the system property {@code lipkit.data} if set, else the
   * environment variable {@code LIPKIT_DATA}, else {@code lipkit/data} in the user's cache folder.
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
    String set;
    Path standard;
    if (os.startsWith("windows")) {
      set = environment.apply("LOCALAPPDATA");
      standard = home.resolve("AppData").resolve("Local");
    } else if (os.startsWith("mac")) {
      set = null;
      standard = home.resolve("Library").resolve("Caches");
    } else {
      set = environment.apply("XDG_CACHE_HOME");
      standard = home.resolve(".cache");
    }
    String chosen = firstSet(set, null);
    return (chosen == null ? standard : Path.of(chosen)).resolve("lipkit").resolve("data");
  }

  private static String firstSet(String first, String second) {
    if (first != null && !first.isBlank()) {
      return first;
    }
    return second != null && !second.isBlank() ? second : null;
  }
}
