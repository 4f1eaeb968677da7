package org.lipkit.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;

/**
 * SVHN, cropped digits: MATLAB files with X (32 x 32 x 3 x n) and y (n labels, 10 for digit 0).
 *
 * @param id of the data set
 * @param trainImages how many training images there must be
 * @param extraImages how many of the easier ones there must be that are added to them; 0 to leave
 *     them out
 * @param testImages how many test images there must be
 */
record SvhnLoader(String id, int trainImages, int extraImages, int testImages) implements Loader {

  private static final int SIDE = 32;
  private static final int CHANNELS = 3;

  @Override
  public Dataset load(Path folder) {
    Map<String, String> checksums = new HashMap<>();
    Images train = split(folder, "train_32x32.mat", trainImages, checksums);
    if (extraImages > 0) {
      Images extra = split(folder, "extra_32x32.mat", extraImages, checksums);
      train = new Mixed(train, extra, extra.size() / (double) train.size());
    }
    Images test = split(folder, "test_32x32.mat", testImages, checksums);
    return new Dataset(id, false, ClassNames.DIGITS, train, test, checksums);
  }

  private Images split(Path folder, String name, int count, Map<String, String> checksums) {
    SourceFile file = new SourceFile(folder.resolve(name), id);
    byte[] content = file.bytes();
    checksums.put(name, Checksum.sha256(content));
    Matrix x;
    Matrix y;
    try (Source source = Sources.wrap(content);
        MatFile mat = Mat5.newReader(source).readMat()) {
      x = mat.getMatrix("X");
      y = mat.getMatrix("y");
      int[] shape = x.getDimensions();
      int images = shape.length == 4 ? shape[3] : 1;
      if (!Arrays.equals(Arrays.copyOf(shape, 3), new int[] {SIDE, SIDE, CHANNELS})) {
        throw file.wrong("has X of shape " + Arrays.toString(shape) + " instead of 32 x 32 x 3");
      }
      if (y.getNumElements() != images) {
        throw file.wrong("holds " + y.getNumElements() + " labels for " + images + " images");
      }
      file.checkCount(images, count, "images");
      return Images.of(pixels(x, images), labels(y, file), new ImageShape(CHANNELS, SIDE, SIDE));
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The library reports damage by whatever exception the damage leads to.
      throw file.wrong("is not an intact MATLAB version 5 file with X and y (" + e + ")");
    }
  }

  private static int[] labels(Matrix y, SourceFile file) {
    int[] labels = new int[y.getNumElements()];
    for (int i = 0; i < labels.length; i++) {
      int written = y.getInt(i);
      if (written < 1 || written > 10) {
        throw file.wrong("gives image " + i + " the label " + written + ", outside 1 to 10");
      }
      labels[i] = written % 10;
    }
    return labels;
  }

  /** MATLAB counts rows fastest, then columns, channels and images. */
  private static byte[] pixels(Matrix x, int images) {
    byte[] pixels = new byte[images * CHANNELS * SIDE * SIDE];
    int at = 0;
    for (int plane = 0; plane < images * CHANNELS; plane++) {
      for (int row = 0; row < SIDE; row++) {
        for (int column = 0; column < SIDE; column++) {
          pixels[at++] = (byte) x.getInt((plane * SIDE + column) * SIDE + row);
        }
      }
    }
    return pixels;
  }
}
