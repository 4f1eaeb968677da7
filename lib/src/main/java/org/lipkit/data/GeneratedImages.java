package org.lipkit.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.lipkit.io.ArrayFile;
import org.lipkit.tensor.Tensors;

/**
 * Images that a generative model has drawn, to be added to the training images of a data set:
 * {@code dataset.withTrain(new Mixed(dataset.train(), GeneratedImages.of(path), 3))}.
 *
 * <p>They lie in a folder with one folder of pictures per class, or in an {@code .npz} file in the
 * form of Wang et al. 2023 ("Better diffusion models further improve adversarial training"): {@code
 * image}, UINT8 (N, height, width, channels), and {@code label}, INT32 or INT64 (N). Such a file
 * has at most 2 GiB, 699,000 pictures of 32 x 32; split a larger one.
 */
public final class GeneratedImages {

  private GeneratedImages() {}

  /**
   * Reads them; pictures of a folder are decoded when they are asked for. All must have one size.
   *
   * @param path the folder, whose class folders in the order of their names are the classes 0, 1,
   *     ..., or the file
   * @return the images
   * @throws IllegalArgumentException if the file is damaged or of another form
   * @throws DataException if the folder has no class folders, or pictures differ in size
   */
  public static Images of(Path path) {
    return Files.isDirectory(path) ? ofFolder(path) : ofNpz(path);
  }

  private static Images ofFolder(Path folder) {
    PictureFiles files = PictureFiles.ofClasses("", folder, Folders.folders(folder, ""));
    if (files.labels().length == 0) {
      throw new DataException(
          folder, "holds no class folders; give it one folder of pictures per class", "");
    }
    return files.images(PictureFiles.shape(0, files), 0);
  }

  private static Images ofNpz(Path file) {
    if (file.toFile().length() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          file + " has more than 2 GiB; split it into several files or write pictures.");
    }
    try (NDManager manager = Tensors.newProcessorManager();
        ArrayFile arrays = ArrayFile.open(file)) {
      NDArray pictures = arrays.read(manager, "image");
      NDArray labels = arrays.read(manager, "label");
      require(
          pictures.getDataType() == DataType.UINT8 && pictures.getShape().dimension() == 4,
          file,
          "image of UINT8 (N, height, width, channels)");
      Shape shape = pictures.getShape();
      require(
          (labels.getDataType() == DataType.INT64 || labels.getDataType() == DataType.INT32)
              && labels.getShape().equals(shape.slice(0, 1)),
          file,
          "label of INT32 or INT64 (N)");
      ImageShape size = new ImageShape((int) shape.get(3), (int) shape.get(1), (int) shape.get(2));
      int[] classes =
          Arrays.stream(labels.toType(DataType.INT64, false).toLongArray())
              .mapToInt(Math::toIntExact)
              .toArray();
      return interleaved(pictures.toByteArray(), classes, size);
    }
  }

  private static void require(boolean holds, Path file, String array) {
    if (!holds) {
      throw new IllegalArgumentException(
          file + " has no array " + array + "; save generated images in this form.");
    }
  }

  /** Images whose channels lie side by side in each pixel. */
  private static Images interleaved(byte[] bytes, int[] labels, ImageShape size) {
    int pixels = size.height() * size.width();
    int channels = size.channels();
    return Images.of(
        size,
        labels,
        (index, random, into, offset) -> {
          int first = index * pixels * channels;
          for (int i = 0; i < size.values(); i++) {
            int from = first + i % pixels * channels + i / pixels;
            into[offset + i] = (bytes[from] & 0xff) / 255f;
          }
        });
  }
}
