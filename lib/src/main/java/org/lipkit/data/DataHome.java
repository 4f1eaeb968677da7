package org.lipkit.data;

import java.nio.file.Files;
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
   *
   * @throws DataException if a relative path is set: it would mean another folder in each program
   */
  public static Path path() {
    return path(System::getProperty, System::getenv);
  }

  /**
   * {@return the same folder, to be read from}
   *
   * @throws DataException if a folder is set that does not exist, or a relative path
   */
  public static Path existing() {
    return existing(System::getProperty, System::getenv);
  }

  static Path existing(UnaryOperator<String> property, UnaryOperator<String> environment) {
    Path path = path(property, environment);
    if (chosen(property, environment) != null && !Files.isDirectory(path)) {
      throw new DataException(
          "LIPKIT_DATA is set to "
              + path
              + ", where no folder is; correct it, or unset it to use "
              + cache(property, environment)
              + ".");
    }
    return path;
  }

  static Path path(UnaryOperator<String> property, UnaryOperator<String> environment) {
    String chosen = chosen(property, environment);
    Path path = chosen == null ? cache(property, environment) : Path.of(chosen);
    if (chosen != null && path.getRoot() == null) {
      throw new DataException(
          "LIPKIT_DATA is set to \""
              + chosen
              + "\", which means another folder in each program; give the whole path, such as "
              + path.toAbsolutePath().normalize()
              + ".");
    }
    return path.toAbsolutePath().normalize();
  }

  private static String chosen(UnaryOperator<String> property, UnaryOperator<String> environment) {
    return firstSet(property.apply("lipkit.data"), environment.apply("LIPKIT_DATA"));
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
