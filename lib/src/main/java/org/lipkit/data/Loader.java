package org.lipkit.data;

import java.nio.file.Path;

/**
 * Reads a data set from the folder that holds its files. A data set in a format of one's own is one
 * class with this method, or a lambda: it may use {@link SourceFile} to read files, {@link Images}
 * to hold what they say, and {@link Dataset#of(String, Images, Images, String...)}.
 */
@FunctionalInterface
public interface Loader {

  /**
   * {@return the data set}
   *
   * @param folder the folder that holds the data set's files
   * @throws DataException if one is missing or not what it should be
   */
  Dataset load(Path folder);
}
