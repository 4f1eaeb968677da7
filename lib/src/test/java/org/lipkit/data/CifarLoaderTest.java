package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lipkit.data.TestFiles.assertSays;
import static org.lipkit.data.TestFiles.cifar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarLoaderTest {

  @TempDir Path folder;
  private final CifarLoader ten =
      new CifarLoader(
          "cifar-10", ClassNames.CIFAR_10, 1, List.of("a.bin", "b.bin"), 2, "test.bin", 1);

  @BeforeEach
  void writeValidFiles() {
    TestFiles.write(folder.resolve("a.bin"), cifar(new int[] {3}, new int[] {9}));
    TestFiles.write(folder.resolve("b.bin"), cifar(new int[] {0}, new int[] {5}));
    TestFiles.write(folder.resolve("test.bin"), cifar(new int[] {1}));
  }

  @Test
  void readsTheBatchesInOrder() {
    Dataset cifar = ten.load(folder);
    assertEquals(4, cifar.train().size());
    assertEquals(9, cifar.train().label(1));
    assertEquals(5, cifar.train().label(3));
    float[] pixels = new float[3072];
    cifar.train().read(3, null, pixels, 0);
    assertEquals((TestFiles.noise(3072)[3071] & 0xff) / 255f, pixels[3071]);
    assertEquals(3, cifar.checksums().size());
  }

  @Test
  void readsTheFineLabelOfCifar100() {
    CifarLoader hundred =
        new CifarLoader(
            "cifar-100", ClassNames.CIFAR_100, 2, List.of("train.bin"), 1, "test.bin", 1);
    TestFiles.write(folder.resolve("train.bin"), cifar(new int[] {4, 0}));
    TestFiles.write(folder.resolve("test.bin"), cifar(new int[] {1, 99}));
    Dataset cifar = hundred.load(folder);
    assertEquals("apple", cifar.classNames().get(cifar.train().label(0)));
    assertEquals("worm", cifar.classNames().get(cifar.test().label(0)));
    assertEquals(100, cifar.classes());
  }

  @Test
  void damagedFiles() throws IOException {
    TestFiles.write(folder.resolve("b.bin"), cifar(new int[] {0}, new int[] {10}));
    assertSays(() -> ten.load(folder), "b.bin", "image 1 the label 10", "data-scripts/cifar-10");
    TestFiles.cut(folder.resolve("b.bin"), 5000);
    assertSays(() -> ten.load(folder), "b.bin", "truncated at byte 5000 of 6146");
    TestFiles.write(folder.resolve("b.bin"), cifar(new int[] {0}, new int[] {1}, new int[] {2}));
    assertSays(() -> ten.load(folder), "b.bin", "9219 bytes instead of 2 records of 3073");
    Files.delete(folder.resolve("b.bin"));
    assertSays(() -> ten.load(folder), "b.bin", "is missing");
  }
}
