package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lipkit.data.TestFiles.assertSays;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;

class SvhnLoaderTest {

  @TempDir Path folder;
  private final SvhnLoader loader = new SvhnLoader("svhn", 2, 0, 1);

  @BeforeEach
  void writeValidFiles() throws IOException {
    put("train_32x32.mat", matrix(32, 32, 3, 2), 1, 10);
    put("test_32x32.mat", matrix(32, 32, 3, 1), 9);
  }

  private static Matrix matrix(int... shape) {
    return Mat5.newMatrix(shape, MatlabType.UInt8);
  }

  private void put(String name, Matrix x, int... labels) throws IOException {
    Matrix y = matrix(labels.length, 1);
    for (int i = 0; i < labels.length; i++) {
      y.setInt(i, labels[i]);
    }
    try (MatFile mat = Mat5.newMatFile().addArray("X", x).addArray("y", y)) {
      Mat5.writeToFile(mat, folder.resolve(name).toFile());
    }
  }

  @Test
  void readsRowsColumnsAndChannels() throws IOException {
    Matrix x = matrix(32, 32, 3, 2);
    x.setInt(new int[] {4, 7, 2, 1}, 200);
    put("train_32x32.mat", x, 1, 10);
    Dataset svhn = loader.load(folder);
    assertEquals(1, svhn.train().label(0));
    assertEquals(0, svhn.train().label(1));
    float[] pixels = new float[3072];
    svhn.train().read(1, null, pixels, 0);
    for (int i = 0; i < pixels.length; i++) {
      boolean set = i == (2 * 32 + 4) * 32 + 7;
      assertEquals(set ? 200 / 255f : 0f, pixels[i]);
    }
  }

  @Test
  void extraImagesFollowTheTrainingImages() throws IOException {
    Matrix x = matrix(32, 32, 3, 3);
    x.setInt(new int[] {0, 0, 0, 2}, 255);
    put("extra_32x32.mat", x, 10, 10, 1);
    Dataset svhn = new SvhnLoader("svhn-extra", 2, 3, 1).load(folder);
    int[] labels = IntStream.range(0, svhn.train().size()).map(svhn.train()::label).toArray();
    assertArrayEquals(new int[] {1, 0, 0, 0, 1}, labels);
    assertEquals(1, svhn.train().image(4)[0]);
    assertEquals(0, svhn.train().image(3)[0]);
    assertEquals(1, svhn.test().size());
    assertEquals(3, svhn.checksums().size());
    assertEquals(2, loader.load(folder).train().size());
    Files.delete(folder.resolve("extra_32x32.mat"));
    assertSays(
        () -> new SvhnLoader("svhn-extra", 2, 3, 1).load(folder),
        "extra_32x32.mat",
        "is missing",
        "data-scripts/svhn-extra");
  }

  /** The counts of the official files, for which their ratio is no short fraction. */
  @Test
  void allExtraImagesAreShownOncePerEpoch() {
    ImageShape dot = new ImageShape(1, 1, 1);
    Images train = Images.of(dot, new int[73_257], (i, random, into, offset) -> {});
    Images extra = Images.of(dot, new int[531_131], (i, random, into, offset) -> {});
    double ratio = extra.size() / (double) train.size();
    assertEquals(604_388, new Mixed(train, extra, ratio).size());
  }

  @Test
  void damagedFiles() throws IOException {
    Path train = folder.resolve("train_32x32.mat");
    put("train_32x32.mat", matrix(32, 32, 3, 2), 1, 11);
    assertSays(() -> loader.load(folder), "train_32x32.mat", "label 11", "data-scripts/svhn");
    put("train_32x32.mat", matrix(32, 32, 3, 2), 1);
    assertSays(() -> loader.load(folder), "1 labels for 2 images");
    put("train_32x32.mat", matrix(32, 32, 3, 3), 1, 2, 3);
    assertSays(() -> loader.load(folder), "3 images instead of 2");
    put("train_32x32.mat", matrix(28, 28, 3, 2), 1, 2);
    assertSays(() -> loader.load(folder), "[28, 28, 3, 2]");
    put("train_32x32.mat", matrix(32, 32, 3, 2), 1, 2);
    TestFiles.cut(train, (int) Files.size(train) - 20);
    assertSays(() -> loader.load(folder), "not an intact MATLAB version 5 file");
    TestFiles.write(train, "not MATLAB at all");
    assertSays(() -> loader.load(folder), "not an intact MATLAB version 5 file");
    Files.delete(train);
    assertSays(() -> loader.load(folder), "is missing");
  }
}
