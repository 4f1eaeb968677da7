package org.lipkit.experiment;

import java.util.Map;
import org.lipkit.data.Dataset;

/**
 * Which images a run was made on.
 *
 * @param madeUp whether the kit drew them
 * @param trainImages how many images it was trained on
 * @param checksums SHA-256 of the data files, by name
 */
public record DataOrigin(boolean madeUp, int trainImages, Map<String, String> checksums) {

  static DataOrigin of(Dataset data) {
    return new DataOrigin(data.madeUp(), data.train().size(), data.checksums());
  }
}
