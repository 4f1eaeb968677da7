package org.lipkit.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A data set ready for use. Of one's own: {@link #ofFolder(Path)}, {@link #of(String, Images,
 * String...)}, or a {@link Loader} for a format of one's own.
 *
 * @param name the id that it was asked for by, such as {@code cifar-10}
 * @param madeUp true when the kit drew the images itself; whatever is shown of it must say so, and
 *     {@link #title()} does
 * @param classNames one name for each class, in the order of the labels
 * @param train the training split
 * @param test the split to report results on
 * @param checksums SHA-256 of what was read, by file name; empty for made-up data. For folders of
 *     pictures it is the checksum of the list of file names
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

  /**
   * Copies the list and the map.
   *
   * @param name the id that it was asked for by, such as {@code cifar-10}
   * @param madeUp true when the kit drew the images itself; whatever is shown of it must say so,
   *     and {@link #title()} does
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
   * The pictures of a folder, all of one size; see {@link #ofFolder(Path, int)}.
   *
   * @param folder holds one folder per class, or {@code train} and {@code val} (or {@code test})
   * @return the data set, named after the folder
   * @throws DataException if their sizes differ, and as {@link #ofFolder(Path, int)}
   */
  public static Dataset ofFolder(Path folder) {
    return FolderLoader.ofOnesOwn(folder, 0).load(folder);
  }

  /**
   * The pictures of a folder that holds one folder per class, {@code CLASS/*.jpg}, or two folders
   * {@code train} and {@code val} (or {@code test}) that do. Without these two, a fifth of each
   * class is held out for testing, drawn with seed 0, and the name says so. Pictures are grey if
   * all are grey; they are decoded when they are asked for.
   *
   * @param folder holds one folder per class, or {@code train} and {@code val} (or {@code test})
   * @param side height and width in pixels that pictures are scaled to, cut in the centre
   * @return the data set, named after the folder
   * @throws DataException if there are no class folders, or one holds no pictures
   */
  public static Dataset ofFolder(Path folder, int side) {
    if (side < 1) {
      throw new IllegalArgumentException("side " + side + ": pictures need at least one pixel");
    }
    return FolderLoader.ofOnesOwn(folder, side).load(folder);
  }

  /**
   * Images of one's own, such as {@code Dataset.of("mine", Images.of(pixels, labels), "cat",
   * "dog")}. A fifth of each class is held out for testing, drawn with seed 0, and the name says
   * so.
   *
   * @param name what the data set is called
   * @param images all images, to be split into training and test images
   * @param classNames one name for each class, or none to name the classes by their labels
   * @return the data set
   * @throws IllegalArgumentException if a label is no class
   */
  public static Dataset of(String name, Images images, String... classNames) {
    Dataset all = of(name, images, images, classNames);
    return all.holdingOut(images, Map.of("all", all.checksums.get("train")));
  }

  /**
   * Images of one's own with a test split.
   *
   * @param name what the data set is called
   * @param train the images to train on
   * @param test the images to report results on
   * @param classNames one name for each class, or none to name the classes by their labels
   * @return the data set
   * @throws IllegalArgumentException if a label is no class, or the splits' sizes differ
   */
  public static Dataset of(String name, Images train, Images test, String... classNames) {
    if (!train.shape().equals(test.shape())) {
      throw new IllegalArgumentException(
          "Training images are "
              + train.shape()
              + " but test images are "
              + test.shape()
              + "; bring them to one size.");
    }
    List<String> names = List.of(classNames);
    if (names.isEmpty()) {
      int classes = 1 + Math.max(largestLabel(train), largestLabel(test));
      names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }
    requireLabels(train, names.size());
    requireLabels(test, names.size());
    Map<String, String> checksums =
        Map.of("train", Checksum.sha256(train), "test", Checksum.sha256(test));
    return new Dataset(name, false, names, train, test, checksums);
  }

  private static int largestLabel(Images images) {
    return IntStream.range(0, images.size()).map(images::label).max().orElse(-1);
  }

  private static void requireLabels(Images images, int classes) {
    for (int n = 0; n < images.size(); n++) {
      if (images.label(n) < 0 || images.label(n) >= classes) {
        throw new IllegalArgumentException(
            "Image "
                + n
                + " has the label "
                + images.label(n)
                + ", outside 0 to "
                + (classes - 1)
                + "; give each class a name, and each image the place of its class.");
      }
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
      String both = name + " (the same images for training and testing)";
      return new Dataset(both, madeUp, classNames, all, all, sums);
    }
    String shared = name + " (a fifth held out for testing, seed 0)";
    Images train = all.subset(places(all, n -> !held[n]));
    return new Dataset(shared, madeUp, classNames, train, all.subset(test), sums);
  }

  private static int[] places(Images all, IntPredicate kept) {
    return IntStream.range(0, all.size()).filter(kept).toArray();
  }

  /** {@return the name to show to people, followed by "(made up)" when the kit drew the images} */
  public String title() {
    return madeUp ? name + " (made up)" : name;
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
    Images fewer = test.evenlySpaced(testImages);
    return new Dataset(name, madeUp, classNames, train.evenlySpaced(trainImages), fewer, checksums);
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
