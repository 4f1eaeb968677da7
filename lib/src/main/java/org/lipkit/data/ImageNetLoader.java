package org.lipkit.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * ImageNet: {@code train/ID/*.JPEG} and {@code val/ID/*.JPEG}. Classes are sorted by WordNet id.
 * Pictures are scaled to a shorter side of 256 and cut to 224; training cuts anywhere and mirrors.
 *
 * <p>A folder with class folders right inside it is taken for both splits, and the data set's name
 * then says so: accuracy on images that were trained on is no result.
 */
record ImageNetLoader(String id) implements Loader {

  private static final int SCALED_SIDE = 256;
  private static final int SIDE = 224;
  private static final List<String> NAME_FILES = List.of("LOC_synset_mapping.txt", "words.txt");

  @Override
  public Dataset load(Path folder) {
    boolean split = Files.isDirectory(folder.resolve("train"));
    String trainFolder = split ? "train/" : "";
    String testFolder = split ? "val/" : "";
    List<String> classIds = classes(folder.resolve(trainFolder));
    if (!classes(folder.resolve(testFolder)).equals(classIds)) {
      throw new DataException(
          folder.resolve(testFolder), "does not hold the same class folders as train", id);
    }
    FolderImages train = images(folder, trainFolder, classIds);
    FolderImages test = split ? images(folder, testFolder, classIds) : train;
    Map<String, String> checksums =
        split
            ? Map.of(
                "train (file names)", Checksum.sha256(train.names()),
                "val (file names)", Checksum.sha256(test.names()))
            : Map.of("all (file names)", Checksum.sha256(train.names()));
    String name = split ? id : id + " (one folder for training and testing)";
    return new Dataset(
        name, false, names(folder, classIds), new Augmented(train, 0, true), test, checksums);
  }

  private List<String> classes(Path folder) {
    List<String> classes = Folders.folders(folder, id);
    if (classes.isEmpty()) {
      throw new DataException(folder, "holds no class folders such as n01440764", id);
    }
    return classes;
  }

  private FolderImages images(Path folder, String inside, List<String> classIds) {
    List<String> folders = classIds.stream().map(classId -> inside + classId).toList();
    return FolderImages.ofClasses(id, folder, folders, SCALED_SIDE, SIDE);
  }

  private List<String> names(Path folder, List<String> classIds) {
    for (String file : NAME_FILES) {
      if (Files.exists(folder.resolve(file))) {
        return ClassNames.ofWordNet(classIds, new SourceFile(folder.resolve(file), id));
      }
    }
    return classIds;
  }
}
