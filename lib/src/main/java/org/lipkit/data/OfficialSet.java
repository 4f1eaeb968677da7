package org.lipkit.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The data sets that others made: what they are called, where their files lie, who reads them. */
public enum OfficialSet {
  MNIST(
      "mnist",
      "mnist",
      new IdxLoader("mnist", ClassNames.DIGITS, 60_000, 10_000),
      () -> MadeUp.strokes(0)),
  FASHION_MNIST(
      "fashion-mnist",
      "fashion-mnist",
      new IdxLoader("fashion-mnist", ClassNames.FASHION, 60_000, 10_000),
      () -> MadeUp.strokes(0)),
  CIFAR_10(
      "cifar-10",
      "cifar-10-batches-bin",
      new CifarLoader(
          "cifar-10",
          ClassNames.CIFAR_10,
          1,
          List.of(
              "data_batch_1.bin",
              "data_batch_2.bin",
              "data_batch_3.bin",
              "data_batch_4.bin",
              "data_batch_5.bin"),
          10_000,
          "test_batch.bin",
          10_000),
      () -> MadeUp.textures(32, 10, 0)),
  CIFAR_100(
      "cifar-100",
      "cifar-100-binary",
      new CifarLoader(
          "cifar-100", ClassNames.CIFAR_100, 2, List.of("train.bin"), 50_000, "test.bin", 10_000),
      () -> MadeUp.textures(32, 100, 0)),
  SVHN("svhn", "svhn", new SvhnLoader("svhn", 73_257, 26_032), () -> MadeUp.textures(32, 10, 0)),
  TINY_IMAGENET(
      "tiny-imagenet",
      "tiny-imagenet-200",
      new TinyImageNetLoader("tiny-imagenet"),
      () -> MadeUp.textures(64, 200, 0)),
  IMAGENET(
      "imagenet",
      "imagenet",
      new FolderLoader("imagenet", 224, true),
      () -> MadeUp.textures(224, 1000, 0));

  private final String id;
  private final String folder;
  private final Loader loader;
  private final Supplier<Dataset> standIn;

  OfficialSet(String id, String folder, Loader loader, Supplier<Dataset> standIn) {
    this.id = id;
    this.folder = folder;
    this.loader = loader;
    this.standIn = standIn;
  }

  public static Optional<OfficialSet> of(String id) {
    return Arrays.stream(values()).filter(set -> set.id.equals(id)).findFirst();
  }

  public String id() {
    return id;
  }

  public Loader loader() {
    return loader;
  }

  public Path folder(Path home) {
    return home.resolve(folder);
  }

  Dataset load(Path home) {
    return loader.load(folder(home));
  }

  Dataset standIn() {
    return standIn.get();
  }
}
