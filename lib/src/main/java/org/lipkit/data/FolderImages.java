package org.lipkit.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A split of picture files, decoded when asked for; only their names are in memory. A picture is
 * scaled to a shorter side of {@code scaledSide} and cut to a square of {@code side}: in the centre
 * for evaluation, anywhere for training.
 *
 * @param id the data set's id
 * @param root the folder that the names start from
 * @param names paths below the root
 * @param labels the class of each
 */
record FolderImages(
    String id, Path root, List<String> names, int[] labels, int scaledSide, int side)
    implements Images {

  /**
   * Lists one folder a class; the label is the folder's place in the list.
   *
   * @param folders paths below the root
   * @throws DataException if a folder is missing or holds no pictures
   */
  static FolderImages ofClasses(
      String id, Path root, List<String> folders, int scaledSide, int side) {
    List<String> names = new ArrayList<>();
    IntStream.Builder labels = IntStream.builder();
    for (int label = 0; label < folders.size(); label++) {
      String folder = folders.get(label);
      List<String> pictures = Folders.pictures(root.resolve(folder), id);
      if (pictures.isEmpty()) {
        throw new DataException(root.resolve(folder), "holds no pictures", id);
      }
      for (String picture : pictures) {
        names.add(folder + "/" + picture);
        labels.add(label);
      }
    }
    return new FolderImages(id, root, names, labels.build().toArray(), scaledSide, side);
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public int channels() {
    return 3;
  }

  @Override
  public int height() {
    return side;
  }

  @Override
  public int width() {
    return side;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int index, RandomGenerator random, float[] into, int offset) {
    Picture picture = Picture.decode(new SourceFile(root.resolve(names.get(index)), id));
    int[] scaled = picture.scaledTo(scaledSide);
    int spareWidth = scaled[0] - side;
    int spareHeight = scaled[1] - side;
    int left = random == null ? spareWidth / 2 : random.nextInt(spareWidth + 1);
    int top = random == null ? spareHeight / 2 : random.nextInt(spareHeight + 1);
    picture.writeSquare(scaled[0], scaled[1], left, top, side, into, offset);
  }
}
