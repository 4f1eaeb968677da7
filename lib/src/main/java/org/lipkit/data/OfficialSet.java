package org.lipkit.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The data sets that others made: what they are called, where their files lie, who reads them, how
 * many training images there must be (0 where a part of them will do), and the side and the number
 * of classes of their images.
 */
public enum OfficialSet {
  /** Handwritten digits, 28 x 28 and grey (LeCun, Cortes and Burges). */
  MNIST("mnist", "mnist", idx("mnist", ClassNames.DIGITS), 60_000, 28, 10),
  /** Clothing, 28 x 28 and grey (Xiao, Rasul and Vollgraf 2017). */
  FASHION_MNIST(
      "fashion-mnist", "fashion-mnist", idx("fashion-mnist", ClassNames.FASHION), 60_000, 28, 10),
  /** Animals and vehicles, 32 x 32 in colour (Krizhevsky 2009). */
  CIFAR_10("cifar-10", "cifar-10-batches-bin", cifar10(), 50_000, 32, 10),
  /** A hundred classes, 32 x 32 in colour (Krizhevsky 2009). */
  CIFAR_100("cifar-100", "cifar-100-binary", cifar100(), 50_000, 32, 100),
  /** Street view house numbers, 32 x 32 in colour (Netzer et al. 2011). */
  SVHN("svhn", "svhn", new SvhnLoader("svhn", 73_257, 0, 26_032), 73_257, 32, 10),
  /** SVHN with its 531,131 extra images, which are easier, for training too; 5 GB of memory. */
  SVHN_EXTRA(
      "svhn-extra", "svhn", new SvhnLoader("svhn-extra", 73_257, 531_131, 26_032), 604_388, 32, 10),
  /** Two hundred classes of ImageNet, 64 x 64 in colour. */
  TINY_IMAGENET(
      "tiny-imagenet", "tiny-imagenet-200", new TinyImageNetLoader("tiny-imagenet"), 0, 64, 200),
  /** A thousand classes of photographs of any size, cut to 224 x 224 (Russakovsky et al. 2015). */
  IMAGENET("imagenet", "imagenet", new FolderLoader("imagenet", 224, true), 0, 224, 1000);

  private final String id;
  private final String folder;
  private final Loader loader;
  private final int trainImages;
  private final int side;
  private final int classes;

  OfficialSet(String id, String folder, Loader loader, int trainImages, int side, int classes) {
    this.id = id;
    this.folder = folder;
    this.loader = loader;
    this.trainImages = trainImages;
    this.side = side;
    this.classes = classes;
  }

  private static Loader idx(String id, List<String> classNames) {
    return new IdxLoader(id, classNames, 60_000, 10_000);
  }

  private static Loader cifar10() {
    List<String> train =
        IntStream.rangeClosed(1, 5).mapToObj(n -> "data_batch_" + n + ".bin").toList();
    return new CifarLoader(
        "cifar-10", ClassNames.CIFAR_10, 1, train, 10_000, "test_batch.bin", 10_000);
  }

  private static Loader cifar100() {
    List<String> train = List.of("train.bin");
    return new CifarLoader("cifar-100", ClassNames.CIFAR_100, 2, train, 50_000, "test.bin", 10_000);
  }

  /**
   * {@return the set with an id}
   *
   * @param id such as {@code mnist}
   */
  public static Optional<OfficialSet> of(String id) {
    return Arrays.stream(values()).filter(set -> set.id.equals(id)).findFirst();
  }

  /** {@return the set's id, such as {@code mnist}} */
  public String id() {
    return id;
  }

  /** {@return the names of the classes, or empty where only the set's files have them} */
  public Optional<List<String>> classNames() {
    return Optional.ofNullable(
        switch (this) {
          case MNIST, SVHN, SVHN_EXTRA -> ClassNames.DIGITS;
          case FASHION_MNIST -> ClassNames.FASHION;
          case CIFAR_10 -> ClassNames.CIFAR_10;
          case CIFAR_100 -> ClassNames.CIFAR_100;
          case TINY_IMAGENET, IMAGENET -> null;
        });
  }

  /** {@return what reads the set's folder} */
  public Loader loader() {
    return loader;
  }

  /**
   * {@return the folder of the set's files}
   *
   * @param home the folder that holds one folder per data set
   */
  public Path folder(Path home) {
    return home.resolve(folder);
  }

  /** What the pictures of so many classes are called: the set, or a part of it. */
  String named(int found) {
    return found == classes ? id : id + " (" + found + " of its " + classes + " classes)";
  }

  /** How many training images there must be; 0 where a part of them will do. */
  int trainImages() {
    return trainImages;
  }

  /** Draws images of the same shape and equally many classes. */
  Dataset standIn() {
    return side == Strokes.SIDE ? MadeUp.strokes(0) : MadeUp.textures(side, classes, 0);
  }
}
