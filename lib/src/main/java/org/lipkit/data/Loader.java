package org.lipkit.data;

import java.nio.file.Path;

/** Reads one data set from the folder that holds its official files. */
public interface Loader {

  /**
   * Reads the files.
   *
   * @throws DataException if one is missing or not what it should be
   */
  Dataset load(Path folder);

  /** Returns how many training images there must be, or 0 where a part of them will do. */
  default int trainImages() {
    return 0;
  }
}
