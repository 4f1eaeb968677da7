package org.lipkit.experiment;

import java.util.Map;
import java.util.Objects;
import org.lipkit.data.Dataset;

/**
 * Which images a run was made on.
 *
 * @param madeUp whether the kit drew them
 * @param splitRemark how the kit split them where their makers did not, as {@link
 *     Dataset#splitRemark} says it; empty where the splits are those that were given
 * @param inputs the shape of an image and the number of classes
 * @param trainImages how many images it was trained on
 * @param testImages how many images it was evaluated on: the rows of {@code samples.csv}
 * @param checksums SHA-256 of the data files, by name
 */
public record DataOrigin(
    boolean madeUp,
    String splitRemark,
    Inputs inputs,
    int trainImages,
    int testImages,
    Map<String, String> checksums) {

  /**
   * Checks that nothing is missing.
   *
   * @param madeUp whether the kit drew them
   * @param splitRemark as {@link Dataset#splitRemark} says it
   * @param inputs the shape of an image and the number of classes
   * @param trainImages how many images it was trained on
   * @param testImages how many images it was evaluated on
   * @param checksums SHA-256 of the data files, by name
   */
  public DataOrigin {
    Objects.requireNonNull(splitRemark, "splitRemark");
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(checksums, "checksums");
  }

  static DataOrigin of(Dataset data) {
    return new DataOrigin(
        data.madeUp(),
        data.splitRemark(),
        Inputs.of(data),
        data.train().size(),
        data.test().size(),
        data.checksums());
  }
}
