package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lipkit.io.Npz;
import org.lipkit.tensor.Tensors;

/** {@link Mixed} and {@link GeneratedImages}. */
class MixedTest {

  @TempDir Path folder;

  /** Images of one pixel whose value and label tell them apart. */
  private static Images dots(int count, float first) {
    float[][] points = new float[count][1];
    for (int n = 0; n < count; n++) {
      points[n][0] = first + n / 1000f;
    }
    return Images.of(points, IntStream.range(0, count).map(n -> n % 3).toArray());
  }

  @ParameterizedTest
  @CsvSource({"10, 30, 3", "10, 60, 3", "10, 12, 3", "7, 5, 0.5", "4, 4, 1"})
  void showsBothInTheRatioAndEveryImageAtLeastOnce(int count, int others, double ratio) {
    Images real = dots(count, 0);
    Images added = dots(others, 0.5f);
    Mixed mixed = new Mixed(real, added, ratio);
    int[] realSeen = new int[count];
    int[] addedSeen = new int[others];
    for (int n = 0; n < mixed.size(); n++) {
      float value = mixed.image(n)[0];
      int at = Math.round((value < 0.5 ? value : value - 0.5f) * 1000);
      (value < 0.5 ? realSeen : addedSeen)[at]++;
      assertEquals(at % 3, mixed.label(n));
    }
    double found = Arrays.stream(addedSeen).sum() / (double) Arrays.stream(realSeen).sum();
    assertEquals(ratio, found, 0.5 * ratio / count + 1e-9);
    for (int[] seen : new int[][] {realSeen, addedSeen}) {
      int least = Arrays.stream(seen).min().orElseThrow();
      int most = Arrays.stream(seen).max().orElseThrow();
      assertTrue(least >= 1 && most - least <= 1, Arrays.toString(seen));
    }
  }

  @Test
  void augmentsRealAndAddedImagesAsTheirSplitsDo() {
    Images noisy = new Noisy(dots(3, 0), 1);
    Mixed mixed = new Mixed(noisy, dots(3, 0.5f), 1);
    float[] value = new float[1];
    mixed.read(0, Counter.random(1), value, 0);
    assertTrue(value[0] != 0);
    mixed.read(3, Counter.random(1), value, 0);
    assertEquals(0.5f, value[0]);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Images real = dots(3, 0);
    assertThrows(IllegalArgumentException.class, () -> new Mixed(real, real, 0));
    assertThrows(IllegalArgumentException.class, () -> new Mixed(real, real, Double.NaN));
    Images wide = Images.of(new float[][] {{0, 1}}, 0);
    Exception size = assertThrows(IllegalArgumentException.class, () -> new Mixed(real, wide, 1));
    assertTrue(size.getMessage().contains("bring them to one size"), size.getMessage());
    Images other = Images.of(new float[][] {{0.5f}}, 3);
    Exception label = assertThrows(IllegalArgumentException.class, () -> new Mixed(real, other, 1));
    assertTrue(label.getMessage().contains("the label 3"), label.getMessage());
  }

  @Test
  void aFileOfGeneratedImagesIsReadPixelByPixel() {
    Path file = folder.resolve("generated.npz");
    byte[] bytes = new byte[2 * 2 * 3 * 3];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (7 * i);
    }
    try (NDManager manager = Tensors.newManager()) {
      NDArray image = manager.create(ByteBuffer.wrap(bytes), new Shape(2, 2, 3, 3), DataType.UINT8);
      Npz.save(file, Map.of("image", image, "label", manager.create(new long[] {1, 0})));
      Images images = GeneratedImages.of(file);
      assertEquals(2, images.size());
      assertEquals(new ImageShape(3, 2, 3), images.shape());
      assertEquals(1, images.label(0));
      float[] second = images.image(1);
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < 6; p++) {
          assertEquals((bytes[18 + p * 3 + c] & 0xff) / 255f, second[c * 6 + p]);
        }
      }
      Path bad = folder.resolve("bad.npz");
      Npz.save(bad, Map.of("image", image));
      Exception refusal =
          assertThrows(IllegalArgumentException.class, () -> GeneratedImages.of(bad));
      assertTrue(refusal.getMessage().contains("no array label"), refusal.getMessage());
      Npz.save(bad, Map.of("image", manager.create(new float[4]), "label", image));
      refusal = assertThrows(IllegalArgumentException.class, () -> GeneratedImages.of(bad));
      assertTrue(refusal.getMessage().contains("no array image of UINT8"), refusal.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class, () -> GeneratedImages.of(folder.resolve("none.npz")));
  }

  @Test
  void aFolderOfGeneratedPicturesIsReadByItsClasses() throws IOException {
    for (int label = 0; label < 2; label++) {
      Path inside = Files.createDirectories(folder.resolve("made/class" + label));
      BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(1, 0, label == 0 ? 0xff0000 : 0x0000ff);
      ImageIO.write(picture, "png", inside.resolve("a.png").toFile());
    }
    Images images = GeneratedImages.of(folder.resolve("made"));
    assertEquals(2, images.size());
    assertArrayEquals(new int[] {0, 1}, new int[] {images.label(0), images.label(1)});
    assertEquals(1, images.image(0)[1]);
    assertEquals(1, images.image(1)[2 * 16 + 1]);
    Files.createDirectories(folder.resolve("empty"));
    assertThrows(DataException.class, () -> GeneratedImages.of(folder.resolve("empty")));
  }
}
