package org.lipkit.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lipkit.text.Text;

/**
 * A list of picture files with their classes.
 *
 * @param id the data set's id
 * @param root the folder that the names start from
 * @param names paths below the root
 * @param labels the class of each
 */
record PictureFiles(String id, Path root, List<String> names, int[] labels) {

  /**
   * Lists one folder per class; the label is the folder's place in the list.
   *
   * @param folders paths below the root
   * @throws DataException if a folder is missing or holds no pictures
   */
  static PictureFiles ofClasses(String id, Path root, List<String> folders) {
    List<String> names = new ArrayList<>();
    IntStream.Builder labels = IntStream.builder();
    for (int label = 0; label < folders.size(); label++) {
      String folder = folders.get(label);
      List<String> pictures = Folders.pictures(root.resolve(folder), id);
      if (pictures.isEmpty()) {
        throw new DataException(
            root.resolve(folder),
            "holds no pictures (.jpg, .png, .gif, .bmp); add some, or remove the folder",
            id);
      }
      for (String picture : pictures) {
        names.add(folder + "/" + picture);
        labels.add(label);
      }
    }
    return new PictureFiles(id, root, names, labels.build().toArray());
  }

  /**
   * A split of these pictures, decoded when asked for. A picture is scaled until it just covers
   * height + margin by width + margin pixels, and height by width of it are cut out: in the centre
   * for evaluation, anywhere for training.
   */
  Images images(ImageShape shape, int margin) {
    return Images.of(
        shape,
        labels,
        (index, random, into, offset) ->
            PictureDecoder.decode(file(index)).write(shape, margin, random, into, offset));
  }

  private SourceFile file(int index) {
    return new SourceFile(root.resolve(names.get(index)), id);
  }

  /** SHA-256 of the names, each ended by a newline. */
  String checksum() {
    return checksum(names);
  }

  /** SHA-256 of a line for each file, which has its own SHA-256 and its name; reads all files. */
  String checksumOfContents() {
    String[] lines = new String[names.size()];
    Faults.collect(
        lines.length,
        n -> lines[n] = Checksum.sha256(file(n).bytes()) + " " + names.get(n),
        done -> {});
    return checksum(List.of(lines));
  }

  private static String checksum(List<String> lines) {
    return Checksum.sha256((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The size to show the pictures of some lists in: grey if all of them are.
   *
   * @param side height and width; 0 for the size that all pictures have
   * @throws DataException if pictures cannot be read, or there is no such size
   */
  static ImageShape shape(int side, PictureFiles... lists) {
    List<SourceFile> files =
        Stream.of(lists)
            .flatMap(list -> IntStream.range(0, list.names.size()).mapToObj(list::file))
            .toList();
    ImageShape[] shapes = new ImageShape[files.size()];
    Faults.collect(shapes.length, n -> shapes[n] = PictureDecoder.shape(files.get(n)), done -> {});
    int channels = Stream.of(shapes).mapToInt(ImageShape::channels).max().orElseThrow();
    if (side > 0) {
      return new ImageShape(channels, side, side);
    }
    ImageShape first = shapes[0];
    for (int n = 1; n < shapes.length; n++) {
      if (shapes[n].height() != first.height() || shapes[n].width() != first.width()) {
        throw new DataException(
            Text.of(
                "%s%s but %s%s; choose a side for all pictures: Dataset.ofFolder(path, 64)",
                files.get(n).path(), sides(shapes[n]), files.get(0).path(), sides(first)));
      }
    }
    return new ImageShape(channels, first.height(), first.width());
  }

  private static String sides(ImageShape shape) {
    return " has " + shape.height() + " x " + shape.width() + " pixels";
  }
}
