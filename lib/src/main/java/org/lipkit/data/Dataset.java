package org.lipkit.data;

import java.util.List;
import java.util.Map;

/**
 * A data set ready for use.
 *
 * @param name the id it was asked for by, such as {@code cifar-10}
 * @param madeUp true when the kit drew the images itself; whatever is shown of it must say so, and
 *     {@link #title()} does
 * @param classNames one name a class, in the order of the labels
 * @param train the training split
 * @param test the split to report results on
 * @param checksums SHA-256 of what was read, by file name; empty for made-up data. For folders of
 *     images it is the checksum of the list of file names
 */
public record Dataset(
    String name,
    boolean madeUp,
    List<String> classNames,
    Images train,
    Images test,
    Map<String, String> checksums) {

  /** Copies the list and the map. */
  public Dataset {
    classNames = List.copyOf(classNames);
    checksums = Map.copyOf(checksums);
  }

  /** The name to show to people, marked when the data are made up. */
  public String title() {
    return madeUp ? name + " (made up)" : name;
  }

  /** Number of classes. */
  public int classes() {
    return classNames.size();
  }

  /** The same data set with at most so many images a split; see {@link Images#take}. */
  public Dataset take(int trainImages, int testImages) {
    return new Dataset(
        name, madeUp, classNames, train.take(trainImages), test.take(testImages), checksums);
  }

  /** The same data set with another training split, for instance an {@link Augmented} one. */
  public Dataset withTrain(Images other) {
    return new Dataset(name, madeUp, classNames, other, test, checksums);
  }
}
