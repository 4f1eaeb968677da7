package org.lipkit.fetch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lipkit.data.Loader;
import org.lipkit.data.OfficialSet;

/**
 * How to get the files of an official data set.
 *
 * @param set the data set's id
 * @param folder the folder of its files, below the data home
 * @param loader reads that folder
 * @param downloads the files themselves, or the one archive that unpacks into the folder; empty if
 *     a person must get them
 * @param md5 checksums of files in the folder, by name; empty where none are published
 * @param parts files and folders that the folder consists of; a copy may lack some of them
 * @param byHand how a person gets the files, where there is nothing to download
 */
record Source(
    String set,
    Path folder,
    Loader loader,
    List<RemoteFile> downloads,
    Map<String, String> md5,
    List<String> parts,
    String byHand) {

  private static final Map<String, String> MNIST =
      Map.of(
          "train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873",
          "train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432",
          "t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3",
          "t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c");
  private static final Map<String, String> FASHION_MNIST =
      Map.of(
          "train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
          "train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe",
          "t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79",
          "t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310");
  private static final Map<String, String> CIFAR_10 =
      Map.of(
          "data_batch_1.bin", "5dd7e06a14cb22eb9f671a540d1b7c25",
          "data_batch_2.bin", "5ea93a67294ea407fff1d09f752e9692",
          "data_batch_3.bin", "942cd6a4bcdd0dd3c604fbe906cb4421",
          "data_batch_4.bin", "ae636b3ba5c66a11e91e8cb52e771fcb",
          "data_batch_5.bin", "53f37980c15c3d472c316c40844f3f0d",
          "test_batch.bin", "803d5f7f4d78ea53de84dbe85f74fb6d");
  private static final Map<String, String> CIFAR_100 =
      Map.of(
          "train.bin", "6172c7755cfe09b2fe270c85cebc1b15",
          "test.bin", "4499cfba6c016c1be1438163640a0898");
  private static final Map<String, String> SVHN =
      Map.of(
          "train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373",
          "test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3");
  private static final Map<String, String> SVHN_EXTRA =
      Map.of(
          "train_32x32.mat", SVHN.get("train_32x32.mat"),
          "extra_32x32.mat", "a93ce644f1a588dc4d68dda5feec44a7",
          "test_32x32.mat", SVHN.get("test_32x32.mat"));
  private static final String STANFORD = "http://ufldl.stanford.edu/housenumbers/";
  private static final List<String> TORONTO =
      List.of("https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/");
  private static final String IMAGENET_BY_HAND =
      """
      ImageNet is given only to people with an account:
        1. Register at https://image-net.org/download-images.php and download, under ILSVRC2012 (tasks 1 and 2),
           ILSVRC2012_img_train.tar (md5 1d675b47d978889d74fa0da5fadfb00e) and
           ILSVRC2012_img_val.tar (md5 29b22e2961454d5413ddabcf34fc5622).
        2. Unpack them so that a folder DIR holds the pictures class by class:
           DIR/train/n01440764/*.JPEG and DIR/val/n01440764/*.JPEG, with 1000 class folders each.
        3. Run: data-scripts/imagenet --from DIR""";

  /** Where the files of a data set come from. */
  static Source of(OfficialSet set) {
    return switch (set) {
      case MNIST ->
          files(
              set,
              MNIST,
              "https://ossci-datasets.s3.amazonaws.com/mnist/",
              "https://storage.googleapis.com/cvdf-datasets/mnist/");
      case FASHION_MNIST ->
          files(
              set,
              FASHION_MNIST,
              "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
              "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/");
      case CIFAR_10 ->
          archive(
              set,
              new RemoteFile(
                  "cifar-10-binary.tar.gz",
                  "c32a1d4ab5d03f1284b67883e8d87530",
                  at("cifar-10-binary.tar.gz", TORONTO)),
              CIFAR_10,
              List.copyOf(CIFAR_10.keySet()));
      case CIFAR_100 ->
          archive(
              set,
              new RemoteFile(
                  "cifar-100-binary.tar.gz",
                  "03b5dce01913d631647c71ecec9e9cb8",
                  at("cifar-100-binary.tar.gz", TORONTO)),
              CIFAR_100,
              List.copyOf(CIFAR_100.keySet()));
      case SVHN -> files(set, SVHN, STANFORD);
      case SVHN_EXTRA -> files(set, SVHN_EXTRA, STANFORD);
      case TINY_IMAGENET ->
          archive(
              set,
              new RemoteFile(
                  "tiny-imagenet-200.zip",
                  "90528d7ca1a48142e341f4ef8d21d0de",
                  List.of("http://cs231n.stanford.edu/tiny-imagenet-200.zip")),
              Map.of(),
              List.of("wnids.txt", "words.txt", "train", "val"));
      case IMAGENET -> source(set, List.of(), Map.of(), List.of(), IMAGENET_BY_HAND);
    };
  }

  private static Source files(OfficialSet set, Map<String, String> md5, String... mirrors) {
    List<RemoteFile> downloads =
        md5.keySet().stream()
            .sorted()
            .map(name -> new RemoteFile(name, md5.get(name), at(name, List.of(mirrors))))
            .toList();
    List<String> parts =
        md5.keySet().stream().flatMap(n -> Stream.of(n, n.replace(".gz", ""))).distinct().toList();
    return source(set, downloads, md5, parts, "");
  }

  private static List<String> at(String name, List<String> mirrors) {
    return mirrors.stream().map(mirror -> mirror + name).toList();
  }

  private static Source archive(
      OfficialSet set, RemoteFile archive, Map<String, String> md5, List<String> parts) {
    return source(set, List.of(archive), md5, parts, "");
  }

  private static Source source(
      OfficialSet set,
      List<RemoteFile> downloads,
      Map<String, String> md5,
      List<String> parts,
      String byHand) {
    Path folder = set.folder(Path.of(""));
    return new Source(set.id(), folder, set.loader(), downloads, md5, parts, byHand);
  }
}
