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
   * Reads the files.
   *
   * @param folder the folder that holds the data set's files
   * @return the data set
   * @throws DataException if one is missing or not what it should be
   */
  Dataset load(Path folder);

  /** {@return how many training images there must be, or 0 where a part of them will do} */
  default int trainImages() {
    return 0;
  }
}
