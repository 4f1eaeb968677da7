package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lipkit.data.TestFiles.assertSays;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxLoaderTest {

  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;
  private final IdxLoader loader = new IdxLoader("mnist", ClassNames.DIGITS, 3, 2);

  @BeforeEach
  void writeValidFiles() {
    put(TRAIN_IMAGES, TestFiles.idxImages(3));
    put(TRAIN_LABELS, TestFiles.idxLabels(7, 0, 9));
    put("t10k-images-idx3-ubyte", TestFiles.idxImages(2));
    put("t10k-labels-idx1-ubyte", TestFiles.idxLabels(1, 2));
  }

  private void put(String name, byte[] content) {
    TestFiles.write(folder.resolve(name + ".gz"), TestFiles.gzip(content));
  }

  @Test
  void readsPixelsLabelsAndChecksums() {
    Dataset mnist = loader.load(folder);
    assertEquals(3, mnist.train().size());
    assertEquals(2, mnist.test().size());
    assertEquals(9, mnist.train().label(2));
    byte[] bytes = TestFiles.noise(3 * 28 * 28);
    float[] pixels = new float[5 + 784];
    mnist.train().read(1, null, pixels, 5);
    for (int i = 0; i < 784; i++) {
      assertEquals((bytes[784 + i] & 0xff) / 255f, pixels[5 + i]);
    }
    assertEquals(4, mnist.checksums().size());
    assertEquals("mnist", mnist.title());
  }

  @Test
  void readsPlainFilesToo() throws IOException {
    Files.delete(folder.resolve(TRAIN_LABELS + ".gz"));
    TestFiles.write(folder.resolve(TRAIN_LABELS), TestFiles.idxLabels(1, 2, 3));
    assertEquals(3, loader.load(folder).train().label(2));
  }

  @Test
  void missingFile() throws IOException {
    Files.delete(folder.resolve(TRAIN_LABELS + ".gz"));
    assertSays(
        () -> loader.load(folder),
        folder.resolve(TRAIN_LABELS + ".gz").toString(),
        "is missing",
        "data-scripts/mnist");
  }

  @Test
  void truncatedGzip() throws IOException {
    TestFiles.cut(folder.resolve(TRAIN_IMAGES + ".gz"), 1000);
    assertSays(() -> loader.load(folder), "truncated", "byte 1000", "data-scripts/mnist");
  }

  @Test
  void corruptGzip() throws IOException {
    Path file = folder.resolve(TRAIN_IMAGES + ".gz");
    byte[] content = Files.readAllBytes(file);
    content[content.length - 6] ^= 1; // In the checksum that ends the file.
    Files.write(file, content);
    assertSays(() -> loader.load(folder), TRAIN_IMAGES, "not an intact gzip file");
    TestFiles.write(file, "<html>404</html>");
    assertSays(() -> loader.load(folder), TRAIN_IMAGES, "not an intact gzip file");
  }

  @Test
  void truncatedRecords() {
    put(TRAIN_IMAGES, TestFiles.idx(0x803, new int[] {3, 28, 28}, new byte[100]));
    assertSays(() -> loader.load(folder), "truncated at byte 116 of 2368");
    put(TRAIN_IMAGES, new byte[] {0, 0, 8});
    assertSays(() -> loader.load(folder), "truncated at byte 3 of 16");
  }

  @Test
  void trailingBytes() {
    put(TRAIN_IMAGES, TestFiles.idx(0x803, new int[] {3, 28, 28}, new byte[3 * 784 + 1]));
    assertSays(() -> loader.load(folder), TRAIN_IMAGES, "goes on after the 3 records");
  }

  @Test
  void wrongMagicNumber() {
    put(TRAIN_IMAGES, TestFiles.idxLabels(1, 2, 3, 4, 5, 6, 7, 8, 9));
    assertSays(() -> loader.load(folder), TRAIN_IMAGES, "0x00000801 instead of 0x00000803");
  }

  @Test
  void wrongSideOrCount() {
    put(TRAIN_IMAGES, TestFiles.idx(0x803, new int[] {3, 32, 32}, new byte[3 * 1024]));
    assertSays(() -> loader.load(folder), TRAIN_IMAGES, "32 pixels instead of 28");
    put(TRAIN_IMAGES, TestFiles.idx(0x803, new int[] {-1, 28, 28}, new byte[0]));
    assertSays(() -> loader.load(folder), TRAIN_IMAGES, "impossible count of 4294967295");
    put(TRAIN_IMAGES, TestFiles.idxImages(4));
    put(TRAIN_LABELS, TestFiles.idxLabels(1, 2, 3, 4));
    assertSays(() -> loader.load(folder), TRAIN_IMAGES, "4 images instead of 3");
  }

  @Test
  void labelsThatDoNotFit() {
    put(TRAIN_LABELS, TestFiles.idxLabels(1, 2));
    assertSays(() -> loader.load(folder), TRAIN_LABELS, "2 labels for the 3 images");
    put(TRAIN_LABELS, TestFiles.idxLabels(1, 2, 17));
    assertSays(() -> loader.load(folder), TRAIN_LABELS, "image 2 the label 17, outside 0 to 9");
  }
}
