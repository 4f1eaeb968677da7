package org.lipkit.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Tiny-ImageNet: {@code train/ID/images/*.JPEG}, {@code val/images/*.JPEG} with {@code
 * val/val_annotations.txt}, and {@code wnids.txt}. Classes are sorted by WordNet id. The validation
 * split serves for testing, as the official test labels are not public.
 *
 * @param id the data set's id
 * @param classes how many classes to keep, the first ones; 0 for all
 * @param side height and width that pictures are scaled to, in pixels; they have 64
 */
record TinyImageNetLoader(String id, int classes, int side) implements Loader {

  private static final int SIDE = 64;

  /** All classes as they are. */
  TinyImageNetLoader(String id) {
    this(id, 0, SIDE);
  }

  @Override
  public Dataset load(Path folder) {
    SourceFile idsFile = new SourceFile(folder.resolve("wnids.txt"), id);
    SourceFile annotations = new SourceFile(folder.resolve("val/val_annotations.txt"), id);
    List<String> allIds = ClassNames.lines(idsFile).stream().map(String::strip).sorted().toList();
    if (allIds.isEmpty()) {
      throw idsFile.wrong("is empty");
    }
    for (int n = 1; n < allIds.size(); n++) {
      if (allIds.get(n).equals(allIds.get(n - 1))) {
        throw idsFile.wrong("names " + allIds.get(n) + " twice");
      }
    }
    if (classes > allIds.size()) {
      throw idsFile.wrong("names only " + allIds.size() + " classes, not " + classes);
    }
    List<String> classIds = classes == 0 ? allIds : allIds.subList(0, classes);
    List<String> trainFolders = classIds.stream().map(c -> "train/" + c + "/images").toList();
    PictureFiles train = PictureFiles.ofClasses(id, folder, trainFolders);
    PictureFiles test = validation(folder, allIds, classIds.size(), annotations);
    Map<String, String> checksums =
        Map.of(
            "wnids.txt", Checksum.sha256(idsFile.bytes()),
            "val/val_annotations.txt", Checksum.sha256(annotations.bytes()),
            "train (file names)", train.checksum());
    List<String> names =
        ClassNames.ofWordNet(classIds, new SourceFile(folder.resolve("words.txt"), id));
    String name =
        classes == 0
            ? OfficialSet.TINY_IMAGENET.named(classIds.size())
            : id + "/" + classes + "@" + side;
    // Enlarged values are no multiples of 1/255.
    Images kept = side == SIDE ? new Remembered(images(train)) : images(train);
    return new Dataset(name, false, names, kept, images(test), checksums);
  }

  private Images images(PictureFiles files) {
    return files.images(new ImageShape(3, side, side), 0);
  }

  private PictureFiles validation(
      Path folder, List<String> allIds, int kept, SourceFile annotations) {
    Map<String, Integer> labelOf = new HashMap<>();
    for (int label = 0; label < allIds.size(); label++) {
      labelOf.put(allIds.get(label), label);
    }
    Set<String> unnamed = new HashSet<>(Folders.pictures(folder.resolve("val/images"), id));
    List<String> names = new ArrayList<>();
    IntStream.Builder labels = IntStream.builder();
    for (String line : ClassNames.lines(annotations)) {
      String[] columns = line.split("\t");
      Integer label = columns.length < 2 ? null : labelOf.get(columns[1].strip());
      if (label == null) {
        throw annotations.wrong("has the line '" + line + "', which names none of the classes");
      }
      if (!unnamed.remove(columns[0])) {
        throw annotations.wrong("names " + columns[0] + " twice, or val/images does not hold it");
      }
      if (label < kept) {
        names.add("val/images/" + columns[0]);
        labels.add(label);
      }
    }
    if (!unnamed.isEmpty()) {
      throw annotations.wrong("gives no class to " + unnamed.size() + " pictures of val/images");
    }
    if (names.isEmpty()) {
      throw annotations.wrong("is empty");
    }
    return new PictureFiles(id, folder, names, labels.build().toArray());
  }
}
