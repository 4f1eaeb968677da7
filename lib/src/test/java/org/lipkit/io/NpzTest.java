package org.lipkit.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.tensor.Tensors;

class NpzTest {

  private static final NDManager MANAGER = Tensors.newManager();

  @TempDir private Path folder;

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static Map<String, NDArray> arrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    arrays.put(
        "body_01Convolution_weight",
        MANAGER.create(
            new float[] {1, -0f, Float.NaN, Float.MIN_VALUE, Float.MAX_VALUE, 1 / 3f},
            new Shape(1, 3, 2)));
    arrays.put(
        "doubles",
        MANAGER.create(new double[] {Math.PI, Double.MIN_VALUE, Double.NEGATIVE_INFINITY}));
    arrays.put("longs", MANAGER.create(new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE}));
    arrays.put("ints", MANAGER.create(new int[] {Integer.MIN_VALUE, 7}));
    arrays.put("scalar", MANAGER.create(2.5f));
    return arrays;
  }

  private static void assertSameBits(NDArray expected, NDArray actual) {
    assertEquals(expected.getShape(), actual.getShape());
    assertEquals(expected.getDataType(), actual.getDataType());
    assertArrayEquals(expected.toByteArray(), actual.toByteArray());
  }

  @Test
  void equalArraysMakeEqualFilesWheneverTheyAreWritten() throws IOException {
    Npz.save(folder.resolve("a.npz"), arrays());
    Npz.save(folder.resolve("b.npz"), arrays());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("a.npz")), Files.readAllBytes(folder.resolve("b.npz")));
    try (ZipFile archive = new ZipFile(folder.resolve("a.npz").toFile())) {
      archive.stream().forEach(entry -> assertEquals(1980, entry.getTimeLocal().getYear()));
    }
  }

  @Test
  void everyBitComesBackInOrder() {
    Path file = folder.resolve("new/folder/state.npz");
    Map<String, NDArray> saved = arrays();
    Npz.save(file, saved);
    try (ArrayFile loaded = ArrayFile.open(file)) {
      assertEquals(List.copyOf(saved.keySet()), List.copyOf(loaded.names()));
      saved.forEach((name, array) -> assertSameBits(array, loaded.read(MANAGER, name)));
    }
  }

  @Test
  void savingKeepsTheArraysNames() {
    NDArray weight = MANAGER.create(new float[] {1});
    weight.setName("weight");
    Npz.save(folder.resolve("named.npz"), Map.of("long_name", weight));
    assertEquals("weight", weight.getName());
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("absent.npz");
    Exception e = assertThrows(IllegalArgumentException.class, () -> ArrayFile.open(file));
    assertTrue(e.getMessage().contains(file.toString()));
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    Path whole = folder.resolve("whole.npz");
    Npz.save(whole, arrays());
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = folder.resolve("cut.npz");
    for (int length = 0; length < bytes.length; length += 7) {
      Files.write(cut, Arrays.copyOf(bytes, length));
      int at = length;
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> ArrayFile.open(cut),
              () -> "cut after " + at + " of " + bytes.length + " bytes");
      assertTrue(e.getMessage().contains(cut.toString()));
    }
  }

  @Test
  void aFlippedBitAmongTheValuesIsRefused() throws IOException {
    Path file = folder.resolve("flipped.npz");
    Npz.save(file, Map.of("weight", MANAGER.arange(0f, 1000f, 1f, DataType.FLOAT32)));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    try (ArrayFile flipped = ArrayFile.open(file)) {
      assertThrows(IllegalArgumentException.class, () -> flipped.read(MANAGER, "weight"));
    }
  }

  @Test
  void anotherFormatIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("text.npz"), "these are no arrays, only words");
    assertThrows(IllegalArgumentException.class, () -> ArrayFile.open(file));
  }

  /** Which of the two would count is nobody's guess, least of all another program's. */
  @Test
  void twoArraysOfOneNameAreRefused() throws IOException {
    Path file = folder.resolve("twice.npz");
    Npz.save(file, Map.of("a", MANAGER.ones(new Shape(2))));
    byte[] array;
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry("a.npy"))) {
      array = in.readAllBytes();
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : List.of("a", "a.npy")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(array);
      }
    }
    Exception refusal =
        assertThrows(IllegalArgumentException.class, () -> ArrayFile.open(file).close());
    assertTrue(refusal.getMessage().contains("two arrays a"), refusal::getMessage);
  }

  @Test
  void takeWantsTheNameTheShapeAndTheType() {
    Path path = folder.resolve("model.npz");
    NDArray array = MANAGER.ones(new Shape(2, 3));
    Npz.save(path, Map.of("weight", array));
    try (ArrayFile file = ArrayFile.open(path)) {
      assertSameBits(array, file.take(MANAGER, "weight", MANAGER.zeros(new Shape(2, 3))));
      List<NDArray> misfits =
          List.of(MANAGER.zeros(new Shape(3, 2)), MANAGER.zeros(new Shape(2, 3), DataType.FLOAT64));
      for (NDArray like : misfits) {
        Exception e =
            assertThrows(IllegalArgumentException.class, () -> file.take(MANAGER, "weight", like));
        assertTrue(e.getMessage().contains("array weight is float32 (2, 3)"), e.getMessage());
      }
      assertThrows(IllegalArgumentException.class, () -> file.take(MANAGER, "bias", array));
    }
  }

  @Test
  void aFailingWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("model.npz");
    Npz.save(file, arrays());
    byte[] before = Files.readAllBytes(file);
    // The engine cannot encode an array that has been freed.
    NDArray freed = MANAGER.zeros(new Shape(1));
    Map<String, NDArray> broken = new LinkedHashMap<>(arrays());
    broken.put("freed", freed);
    freed.close();
    assertThrows(RuntimeException.class, () -> Npz.save(file, broken));
    assertArrayEquals(before, Files.readAllBytes(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void anUnwritableTargetLeavesNothingBehind() throws IOException {
    Path target = Files.createDirectories(folder.resolve("model.npz/full")).getParent();
    Exception e = assertThrows(UncheckedIOException.class, () -> Npz.save(target, arrays()));
    assertTrue(e.getMessage().contains(target.toString()));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(target), files.toList());
    }
  }

  @Test
  void aFileInPlaceOfTheFolderIsNamed() throws IOException {
    Path notAFolder = Files.writeString(folder.resolve("taken"), "");
    Path file = notAFolder.resolve("model.npz");
    Exception e = assertThrows(UncheckedIOException.class, () -> Npz.save(file, arrays()));
    assertTrue(e.getMessage().contains(file.toString()));
  }
}
