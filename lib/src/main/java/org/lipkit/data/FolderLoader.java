package org.lipkit.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lipkit.text.Given;

/**
 * Pictures in one folder per class: {@code train/CLASS/*.jpg} and {@code val/CLASS/*.jpg} (or
 * {@code test}), or class folders alone, of which a fifth is held out. Classes are sorted by their
 * folders' names; a file of WordNet names beside them gives readable ones.
 *
 * @param name what the data set is called
 * @param side height and width of an image; 0 for the size that all pictures have
 * @param imageNet whether these are the pictures of ImageNet, treated as is usual for it: in
 *     colour, scaled to a shorter side that is {@value #MARGIN} larger; training cuts anywhere and
 *     mirrors
 */
record FolderLoader(String name, int side, boolean imageNet) implements Loader {

  private static final int MARGIN = 32;
  private static final List<String> NAME_FILES = List.of("LOC_synset_mapping.txt", "words.txt");

  /** The data set of one's own in a folder, whose name it gets. */
  static Dataset loadOwn(Path folder, int side) {
    Path name = Given.notNull("The folder", folder).toAbsolutePath().normalize().getFileName();
    if (name == null) {
      throw new DataException(
          folder
              + " holds the whole computer; name a folder with one folder of pictures per class");
    }
    return new FolderLoader(name.toString(), side, false).load(folder);
  }

  @Override
  public Dataset load(Path folder) {
    boolean split = Files.isDirectory(folder.resolve("train"));
    List<String> classIds = classes(split ? folder.resolve("train") : folder);
    PictureFiles train = pictures(folder, split ? "train/" : "", classIds);
    if (!split) {
      Images all = images(train, shape(train));
      Map<String, String> sums = Map.of(read("all"), checksum(train));
      return mirrored(dataset(folder, classIds, all, all, sums).holdingOut(all, sums));
    }
    boolean test = Files.isDirectory(folder.resolve("test"));
    String other = test && !Files.isDirectory(folder.resolve("val")) ? "test" : "val";
    if (!classes(folder.resolve(other)).equals(classIds)) {
      throw new DataException(
          folder.resolve(other), "does not hold the same class folders as train", id());
    }
    PictureFiles held = pictures(folder, other + "/", classIds);
    ImageShape shape = shape(train, held);
    Map<String, String> sums = Map.of(read("train"), checksum(train), read(other), checksum(held));
    return mirrored(dataset(folder, classIds, images(train, shape), images(held, shape), sums));
  }

  /** ImageNet is too large to be read whole, so that its checksums cover the names alone. */
  private String checksum(PictureFiles files) {
    return imageNet ? files.checksum() : files.checksumOfContents();
  }

  /** What a checksum covers. */
  private String read(String part) {
    return imageNet ? part + " (file names)" : part;
  }

  /** The id of an official set, for messages; one's own may have the same name. */
  private String id() {
    return imageNet ? name : "";
  }

  private List<String> classes(Path folder) {
    List<String> classes = Folders.folders(folder, id());
    if (classes.isEmpty()) {
      throw new DataException(
          folder, "holds no class folders; give it one folder of pictures per class", id());
    }
    return classes;
  }

  private PictureFiles pictures(Path folder, String inside, List<String> classIds) {
    return PictureFiles.ofClasses(id(), folder, classIds.stream().map(c -> inside + c).toList());
  }

  private ImageShape shape(PictureFiles... lists) {
    return imageNet ? new ImageShape(3, side, side) : PictureFiles.shape(side, lists);
  }

  private Images images(PictureFiles files, ImageShape shape) {
    return imageNet ? files.images(shape, MARGIN) : new Remembered(files.images(shape, 0));
  }

  private Dataset dataset(
      Path folder, List<String> classIds, Images train, Images test, Map<String, String> sums) {
    String called = imageNet ? OfficialSet.IMAGENET.named(classIds.size()) : name;
    return new Dataset(called, false, names(folder, classIds), train, test, sums);
  }

  private Dataset mirrored(Dataset dataset) {
    return imageNet ? dataset.withTrain(new Augmented(dataset.train(), 0, true)) : dataset;
  }

  private List<String> names(Path folder, List<String> classIds) {
    return NAME_FILES.stream()
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst()
        .map(file -> ClassNames.ofWordNet(classIds, new SourceFile(file, id())))
        .orElse(classIds);
  }
}
