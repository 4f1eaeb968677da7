package org.lipkit.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What lies in a folder; names come sorted, hidden ones are left out. */
public final class Folders {

  private Folders() {}

  /** Names of the folders inside a folder. */
  static List<String> folders(Path folder, String id) {
    return names(folder, id, Files::isDirectory);
  }

  /** Names of the picture files inside a folder. */
  static List<String> pictures(Path folder, String id) {
    return names(folder, id, Folders::isPicture);
  }

  /**
   * {@return whether a folder does not exist or holds nothing but unfinished downloads}
   *
   * @param folder the folder of a data set
   * @param id the data set's id, for the message if the folder cannot be read
   * @throws DataException if the folder cannot be read, or is a link that leads nowhere
   */
  public static boolean isAbsent(Path folder, String id) {
    return Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)
        || names(folder, id, path -> !path.toString().endsWith(".part")).isEmpty();
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Stream.of(".jpeg", ".jpg", ".png", ".gif", ".bmp").anyMatch(name::endsWith);
  }

  private static List<String> names(Path folder, String id, Predicate<Path> kept) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(kept)
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new SourceFile(folder, id).unreadable(e);
    } catch (UncheckedIOException e) {
      throw new SourceFile(folder, id).unreadable(e.getCause());
    }
  }
}
