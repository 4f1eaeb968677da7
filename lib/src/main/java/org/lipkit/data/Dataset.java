package org.lipkit.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lipkit.text.Given;

/**
 * A data set ready for use. For images of one's own see {@link #ofFolder(Path)}, {@link #of(String,
 * Images, String...)}, or write a {@link Loader} for another format.
 *
 * @param name the id that it was asked for by, such as {@code cifar-10}
 * @param madeUp true when the library drew the images itself; every table and picture of them must
 *     say so, and {@link #title()} does
 * @param classNames one name for each class, in the order of the labels
 * @param train the training split
 * @param test the split to report results on
 * @param checksums SHA-256 of what was read, by file name; empty for made-up data. For a folder of
 *     pictures of one's own it covers names and contents; for ImageNet and Tiny-ImageNet the list
 *     of file names alone, and the key says so
 */
public record Dataset(
    String name,
    boolean madeUp,
    List<String> classNames,
    Images train,
    Images test,
    Map<String, String> checksums) {

  /** Of each class, one image in so many is held out for testing where there is no test split. */
  private static final int HELD_OUT = 5;

  private static final String SAME = " (the same images for training and testing)";
  private static final String SHARED = " (a fifth held out for testing, seed 0)";
  private static final String LAST = " (its last training images held out)";

  /**
   * Copies the list and the map.
   *
   * @param name the id that it was asked for by, such as {@code cifar-10}
   * @param madeUp true when the library drew the images itself
   * @param classNames one name for each class, in the order of the labels; copied
   * @param train images of the size of {@code test}
   * @param test images of the size of {@code train}
   * @param checksums SHA-256 by file name; copied
   */
  public Dataset {
    classNames = List.copyOf(classNames);
    checksums = Map.copyOf(checksums);
  }

  /**
   * {@return the pictures of a folder, all of one size; see {@link #ofFolder(Path, int)}}
   *
   * @param folder holds one folder per class, or {@code train} and {@code val} (or {@code test})
   * @throws DataException if their sizes differ, and as {@link #ofFolder(Path, int)}
   */
  public static Dataset ofFolder(Path folder) {
    return FolderLoader.loadOwn(folder, 0);
  }

  /**
   * {@return the pictures of a folder, named after it} The folder holds one folder per class,
   * {@code CLASS/*.jpg}, or two folders {@code train} and {@code val} (or {@code test}) that do.
   * Without these two, a fifth of each class is held out for testing, drawn with seed 0, and the
   * name says so. Images are grey if all pictures are. Every file is read once for its checksum; a
   * picture is decoded when its image is needed, see {@link #requireReadable}.
   *
   * @param folder holds one folder per class, or {@code train} and {@code val} (or {@code test})
   * @param side height and width in pixels that pictures are scaled to, cut in the centre
   * @throws DataException if there are no class folders, one holds no pictures, or pictures are
   *     damaged; the message lists them
   */
  public static Dataset ofFolder(Path folder, int side) {
    if (side < 1) {
      throw new IllegalArgumentException("side " + side + ": pictures need at least one pixel");
    }
    return FolderLoader.loadOwn(folder, side);
  }

  /**
   * {@return images of one's own as a data set} Example: {@code Dataset.of("mine",
   * Images.of(pixels, labels), "cat", "dog")}. A fifth of each class is held out for testing, drawn
   * with seed 0, and the name says so.
   *
   * @param name what the data set is called
   * @param images all images, to be split into training and test images
   * @param classNames one name for each class, or none to name the classes by their labels
   * @throws IllegalArgumentException if a label is no class, or a value is not in [0, 1]
   */
  public static Dataset of(String name, Images images, String... classNames) {
    Dataset all = of(name, images, images, classNames);
    return all.holdingOut(images, Map.of("all", all.checksums.get("train")));
  }

  /**
   * {@return images of one's own with a test split as a data set}
   *
   * @param name what the data set is called
   * @param train the images to train on
   * @param test the images to report results on
   * @param classNames one name for each class, or none to name the classes by their labels
   * @throws IllegalArgumentException if a label is no class, a value is not in [0, 1], or the
   *     splits' images differ in size
   */
  public static Dataset of(String name, Images train, Images test, String... classNames) {
    Given.notNull("The data set's name", name);
    if (Given.notNull("The training images", train).size() == 0
        || Given.notNull("The test images", test).size() == 0) {
      throw new IllegalArgumentException(
          "The data set \"" + name + "\" needs at least one image to train on and one to test on.");
    }
    if (!train.shape().equals(test.shape())) {
      throw Given.refused(
          "Training images are %s but test images are %s; bring them to one size.",
          train.shape(), test.shape());
    }
    List<String> names = Given.noneNull("Class name", classNames);
    if (names.isEmpty()) {
      int classes = 1 + Math.max(largestLabel(train), largestLabel(test));
      names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }
    requireFit(train, names.size());
    requireFit(test, names.size());
    Map<String, String> checksums =
        Map.of("train", Checksum.sha256(train), "test", Checksum.sha256(test));
    return new Dataset(name, false, names, train, test, checksums);
  }

  private static int largestLabel(Images images) {
    return IntStream.range(0, images.size()).map(images::label).max().orElse(-1);
  }

  private static void requireFit(Images images, int classes) {
    for (int n = 0; n < images.size(); n++) {
      int label = images.label(n);
      if (label < 0 || label >= classes) {
        throw Given.refused(
            "Image %s has the label %s, outside 0 to %s; give each class a name, and each"
                + " image the place of its class.",
            n, label, classes - 1);
      }
      FloatImages.requireUnit(n, images.image(n));
    }
  }

  /**
   * The same classes with a fifth of each class of these images for testing and the others for
   * training. Where every class has a single image, both splits show all of them.
   */
  Dataset holdingOut(Images all, Map<String, String> sums) {
    int[] ofClass = new int[classes()];
    for (int n = 0; n < all.size(); n++) {
      ofClass[all.label(n)]++;
    }
    int[] left = new int[classes()];
    for (int label = 0; label < left.length; label++) {
      left[label] = ofClass[label] < 2 ? 0 : Math.max(1, ofClass[label] / HELD_OUT);
    }
    boolean[] held = new boolean[all.size()];
    for (int n : Counter.shuffled(all.size(), Counter.random(0))) {
      held[n] = left[all.label(n)]-- > 0;
    }
    int[] test = places(all, n -> held[n]);
    if (test.length == 0) {
      return new Dataset(name + SAME, madeUp, classNames, all, all, sums);
    }
    String shared = name + SHARED;
    Images train = all.subset(places(all, n -> !held[n]));
    return new Dataset(shared, madeUp, classNames, train, all.subset(test), sums);
  }

  /**
   * Reads every image of both splits once, so that a broken file is found now and not in the middle
   * of a training.
   *
   * @param done hears how many images have been read
   * @throws DataException if files are missing or damaged; the message lists them
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public void requireReadable(IntConsumer done) {
    Faults.collect(
        train.size() + test.size(),
        n -> {
          if (n < train.size()) {
            train.image(n);
          } else {
            test.image(n - train.size());
          }
        },
        done);
  }

  private static int[] places(Images all, IntPredicate kept) {
    return IntStream.range(0, all.size()).filter(kept).toArray();
  }

  /** {@return the name to show to people, followed by "(made up)" when the images are} */
  public String title() {
    return madeUp ? name + " (made up)" : name;
  }

  /**
   * {@return how the library split the images where their makers did not, as the name says it, such
   * as " (a fifth held out for testing, seed 0)"; empty where the splits are those that were given}
   */
  public String splitRemark() {
    return Stream.of(SAME, SHARED, LAST).filter(name::endsWith).findFirst().orElse("");
  }

  /** {@return the number of classes} */
  public int classes() {
    return classNames.size();
  }

  /**
   * {@return the same data set with at most so many images per split; see {@link
   * Images#evenlySpaced}}
   *
   * @param trainImages the most training images, at least 1
   * @param testImages the most test images, at least 1
   */
  public Dataset evenlySpaced(int trainImages, int testImages) {
    Images few = train.evenlySpaced(trainImages);
    return new Dataset(name, madeUp, classNames, few, test.evenlySpaced(testImages), checksums);
  }

  /**
   * {@return a data set for choosing a recipe without the test split, of whose images it has none}
   *
   * @param count how many of the last training images become the test split, at least 1; fewer than
   *     there are
   * @throws IllegalArgumentException if none would be left to train on
   */
  public Dataset holdingOut(int count) {
    int kept = train.size() - count;
    if (count < 1 || kept < 1) {
      throw new IllegalArgumentException(
          "Of the "
              + train.size()
              + " training images, 1 to "
              + (train.size() - 1)
              + " can be held out, not "
              + count
              + ".");
    }
    return new Dataset(
        name + LAST,
        madeUp,
        classNames,
        train.subset(IntStream.range(0, kept).toArray()),
        train.subset(IntStream.range(kept, train.size()).toArray()),
        checksums);
  }

  /**
   * {@return the same data set with another training split, for instance an {@link Augmented} one}
   *
   * @param other takes the place of the training split
   */
  public Dataset withTrain(Images other) {
    return new Dataset(name, madeUp, classNames, other, test, checksums);
  }
}
