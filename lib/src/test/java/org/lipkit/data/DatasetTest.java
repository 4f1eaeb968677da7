package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lipkit.data.TestFiles.assertSays;
import static org.lipkit.data.TestFiles.jpeg;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Data sets of one's own: from folders, from arrays, and in a format of one's own. */
class DatasetTest {

  private static int[] ofEachClass(Images images, int classes) {
    int[] count = new int[classes];
    IntStream.range(0, images.size()).forEach(n -> count[images.label(n)]++);
    return count;
  }

  @Nested
  class FromFolders {

    @TempDir Path home;

    private void pictures(String folder, int count, int width, int height, boolean grey) {
      for (int i = 0; i < count; i++) {
        Path file = home.resolve("pets").resolve(folder).resolve(i + ".jpg");
        TestFiles.write(file, jpeg(width + i, height, grey));
      }
    }

    private Path pets() {
      return home.resolve("pets");
    }

    @Test
    void aShareOfEachClassIsHeldOutAndTheNameSaysSo() {
      pictures("cat", 10, 40, 30, false);
      pictures("dog", 3, 20, 33, true);
      pictures("eel", 1, 35, 35, false);
      Dataset pets = Dataset.ofFolder(pets(), 16);
      assertEquals(List.of("cat", "dog", "eel"), pets.classNames());
      assertEquals("pets (a fifth held out for testing, seed 0)", pets.title());
      assertFalse(pets.madeUp());
      assertArrayEquals(new int[] {8, 2, 1}, ofEachClass(pets.train(), 3));
      assertArrayEquals(new int[] {2, 1, 0}, ofEachClass(pets.test(), 3));
      assertEquals(new ImageShape(3, 16, 16), pets.test().shape());
      assertArrayEquals(
          pets.test().image(1),
          Dataset.ofFolder(pets(), 16).test().image(1),
          "the same every time");
      float[] image = pets.train().image(0);
      for (float value : image) {
        assertEquals(value, Math.round(value * 255) / 255f);
      }

      assertEquals(List.of("all"), List.copyOf(pets.checksums().keySet()));
    }

    @Test
    void splitsAreThoseOfTheFolder() {
      for (String test : List.of("test", "val")) {
        for (String split : List.of("train", test)) {
          TestFiles.write(pets().resolve(split + "/cat/a.jpg"), jpeg(12, 9, true));
          TestFiles.write(pets().resolve(split + "/dog/b.jpg"), jpeg(12, 9, true));
        }
        Dataset pets = Dataset.ofFolder(pets());
        assertEquals("pets", pets.name());
        assertEquals(new ImageShape(1, 9, 12), pets.train().shape());
        assertEquals(2, pets.train().size());
        assertEquals(1, pets.test().label(1));
        assertEquals(Set.of("train", test), pets.checksums().keySet());
      }
    }

    /** A record is about these pictures, not about others of the same names. */
    @Test
    void otherContentsHaveAnotherChecksum() {
      pictures("cat", 2, 8, 8, false);
      Map<String, String> before = Dataset.ofFolder(pets(), 8).checksums();
      assertEquals(before, Dataset.ofFolder(pets(), 4).checksums());
      TestFiles.write(pets().resolve("cat/0.jpg"), jpeg(8, 8, true));
      assertNotEquals(before, Dataset.ofFolder(pets(), 8).checksums());
    }

    @Test
    void manyClasses() {
      for (int c = 0; c < 300; c++) {
        pictures(String.format("%03d", c), 2, 8, 8, true);
      }
      Dataset many = Dataset.ofFolder(pets(), 8);
      assertEquals(300, many.classes());
      assertEquals(300, many.test().size());
      assertEquals(299, many.test().label(299));
    }

    /** A pipe that nobody writes to would be waited for without end. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aPipeIsNoPicture() throws Exception {
      pictures("cat", 2, 8, 8, false);
      Path pipe = pets().resolve("cat/x.png");
      assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
      for (int side : new int[] {0, 8}) {
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () ->
                assertSays(
                    () -> {
                      Dataset own =
                          side == 0 ? Dataset.ofFolder(pets()) : Dataset.ofFolder(pets(), side);
                      own.requireReadable(done -> {});
                    },
                    "x.png is no regular file"));
      }
    }

    @Test
    void whatIsWrongIsSaidInOneSentence() {
      assertSays(() -> Dataset.ofFolder(home.resolve("cars")), "cars is missing");
      assertFalse(
          assertThrows(DataException.class, () -> Dataset.ofFolder(home.resolve("cars")))
              .getMessage()
              .contains("data-scripts"));
      assertSays(() -> Dataset.ofFolder(home), "one folder of pictures per class");
      pictures("cat", 2, 40, 30, false);
      assertSays(
          () -> Dataset.ofFolder(pets()), "1.jpg has 30 x 41 pixels", "Dataset.ofFolder(path, 64)");
      TestFiles.write(pets().resolve("dog/readme.txt"), "no pictures yet");
      assertSays(() -> Dataset.ofFolder(pets()), "dog", "holds no pictures");
      TestFiles.write(pets().resolve("dog/a.png"), "no picture");
      assertSays(() -> Dataset.ofFolder(pets(), 8), "a.png", "cannot be decoded");
      refused("side 0", () -> Dataset.ofFolder(pets(), 0));
      assertSays(() -> Dataset.ofFolder(Path.of("/")), "name a folder with one folder of pictures");
      assertSays(() -> Dataset.ofFolder(pets().resolve("cat/0.jpg")), "0.jpg is no folder");
    }

    @Test
    void allBrokenPicturesAreListed() throws IOException {
      pictures("cat", 30, 40, 30, false);
      TestFiles.cut(pets().resolve("cat/3.jpg"), 700);
      TestFiles.write(pets().resolve("cat/7.jpg"), "no picture");
      assertSays(
          () -> Dataset.ofFolder(pets(), 8),
          "2 files are at fault",
          "cat/3.jpg cannot be decoded",
          "cat/7.jpg cannot be decoded");
      for (int i = 0; i < 25; i++) {
        TestFiles.write(pets().resolve("cat/" + i + ".jpg"), "no picture");
      }
      assertSays(() -> Dataset.ofFolder(pets(), 8), "25 files are at fault", "; ...");
    }

    @Test
    void aFolderOfOnesOwnIsNotMendedByAnOfficialScript() {
      TestFiles.write(home.resolve("mnist/0/readme.txt"), "no pictures yet");
      DataException refusal =
          assertThrows(DataException.class, () -> Dataset.ofFolder(home.resolve("mnist")));
      assertTrue(refusal.getMessage().contains("0 holds no pictures"), refusal.getMessage());
      assertFalse(refusal.getMessage().contains("data-scripts"), refusal.getMessage());
    }
  }

  private static void refused(String part, Executable action) {
    String message = assertThrows(IllegalArgumentException.class, action).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Nested
  class FromArrays {

    private final float[][] points = new float[10][2];
    private final int[] labels = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1};

    @Test
    void pointsAreImagesOfOnePixel() {
      points[3][1] = 0.25f;
      Dataset mine = Dataset.of("mine", Images.of(points, labels), "left", "right");
      assertEquals("mine (a fifth held out for testing, seed 0)", mine.name());
      assertEquals(new ImageShape(2, 1, 1), mine.train().shape());
      assertArrayEquals(new int[] {4, 4}, ofEachClass(mine.train(), 2));
      assertArrayEquals(new int[] {1, 1}, ofEachClass(mine.test(), 2));
      String sum = mine.checksums().get("all");
      points[3][1] = 0.5f;
      assertNotEquals(
          sum, Dataset.of("mine", Images.of(points, labels), "a", "b").checksums().get("all"));
    }

    @Test
    void picturesKeepTheirLayout() {
      float[][][][] pictures = new float[2][3][4][5];
      pictures[1][2][3][4] = 1;
      pictures[1][0][1][2] = 0.5f;
      Images images = Images.of(pictures, 1, 0);
      assertEquals(new ImageShape(3, 4, 5), images.shape());
      float[] image = images.image(1);
      assertEquals(1, image[59]);
      assertEquals(0.5f, image[7]);
      assertEquals(0, image[0]);
      Dataset split = Dataset.of("mine", images, images);
      assertEquals("mine", split.name());
      assertEquals(List.of("0", "1"), split.classNames());
    }

    @Test
    void bufferedImagesKeepTheirColours() {
      BufferedImage red = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
      red.setRGB(2, 1, 0xff0080);
      float[] image = Images.of(List.of(red), 0).image(0);
      assertEquals(18, image.length);
      assertEquals(1, image[5]);
      assertEquals(128 / 255f, image[17]);
      BufferedImage grey = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
      assertEquals(1, Images.of(List.of(grey), 0).channels());
      assertEquals(3, Images.of(List.of(grey, red), 0, 1).channels());
    }

    @Test
    void unknownLabelsStayUnknown() {
      Images images = Images.unlabelled(new float[1][2][2], new float[1][2][2]);
      assertEquals(2, images.size());
      assertEquals(Images.UNKNOWN, images.label(1));
      refused("Image 0 has the label -1", () -> Dataset.of("mine", images, "cat", "dog"));
    }

    @Test
    void whatIsWrongIsSaidInOneSentence() {
      refused("at least one", () -> Images.of(new float[0][]));
      refused("10 images were given with 1 labels", () -> Images.of(points, 1));
      refused("outside 0 to 0", () -> Dataset.of("mine", Images.of(points, labels), "one"));
      points[4] = new float[3];
      refused("Image 4 has 3 x 1 x 1 values", () -> Images.of(points, labels));
      points[4] = new float[] {0, Float.NaN};
      refused("Image 4 has the value NaN", () -> Images.of(points, labels));
      points[4] = new float[] {255, 0};
      refused("divide pixels of 0 to 255 by 255", () -> Images.of(points, labels));
      float[][][][] ragged = {new float[1][2][2], new float[1][3][2]};
      refused("Image 1 has 1 x 3 x 2 values", () -> Images.of(ragged, 0, 1));
      ragged[1] = new float[][][] {{new float[2], new float[1]}};
      refused("Image 1 has rows or channels of different", () -> Images.of(ragged, 0, 1));
      ragged[0] = new float[][][] {new float[2][2], new float[0][]};
      refused("Image 0 has rows or channels of different", () -> Images.of(ragged, 0, 1));
      refused("1 x 0 x 0", () -> Images.of(new float[1][1][0][0], 0));
      Images one = Images.of(new float[1][1][2][2], 0);
      refused("bring them to one size", () -> Dataset.of("a", one, Images.of(new float[1][1], 0)));
      refused(
          "3 bytes do not fill 1 images of 1 x 2 x 2",
          () -> Images.of(new byte[3], new int[1], new ImageShape(1, 2, 2)));
    }
  }

  @Test
  void valuesFromAFunctionAreCheckedToo() {
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -0.1f, 255}) {
      Images images =
          Images.of(
              new ImageShape(1, 1, 1),
              new int[4],
              (index, random, into, offset) -> into[offset] = index == 2 ? wrong : 0);
      refused("Image 2 has the value " + wrong, () -> Dataset.of("mine", images));
    }
  }

  /** A format of one's own is one class: here, text with one labelled point per line. */
  private record TextLoader(String id) implements Loader {

    @Override
    public Dataset load(Path folder) {
      return Dataset.of(id, split(folder, "train.txt"), split(folder, "test.txt"), "low", "high");
    }

    private Images split(Path folder, String name) {
      SourceFile file = new SourceFile(folder.resolve(name), id);
      List<String[]> rows = new String(file.bytes()).lines().map(line -> line.split(" ")).toList();
      float[][] points = new float[rows.size()][];
      int[] labels = new int[rows.size()];
      for (int n = 0; n < labels.length; n++) {
        points[n] = new float[] {Float.parseFloat(rows.get(n)[1])};
        labels[n] = file.checkLabel(Integer.parseInt(rows.get(n)[0]), n, 2);
      }
      return Images.of(points, labels);
    }
  }

  @Test
  void aFormatOfOnesOwnIsOneClass(@TempDir Path folder) {
    Loader loader = new TextLoader("thermometer");
    TestFiles.write(folder.resolve("train.txt"), "0 0.1\n1 0.9\n");
    assertSays(() -> loader.load(folder), "test.txt is missing");
    TestFiles.write(folder.resolve("test.txt"), "1 0.75\n");
    Dataset thermometer = loader.load(folder);
    assertEquals("thermometer", thermometer.title());
    assertEquals(0.75f, thermometer.test().image(0)[0]);
    TestFiles.write(folder.resolve("test.txt"), "2 0.75\n");
    assertSays(() -> loader.load(folder), "test.txt gives image 0 the label 2, outside 0 to 1");
  }

  @Test
  void theLastTrainingImagesAreHeldOutForChoices() {
    float[][] points = {{0.0f}, {0.1f}, {0.2f}, {0.3f}};
    Images train = Images.of(points, 0, 1, 0, 1);
    Images test = Images.of(new float[][] {{0.9f}}, 1);
    Dataset held = Dataset.of("mine", train, test).holdingOut(3);
    assertEquals("mine (its last training images held out)", held.title());
    assertEquals(" (its last training images held out)", held.splitRemark());
    assertEquals(1, held.train().size());
    assertEquals(0, held.train().image(0)[0]);
    assertArrayEquals(
        new double[] {0.1f, 0.2f, 0.3f},
        IntStream.range(0, 3).mapToDouble(n -> held.test().image(n)[0]).toArray());
    assertEquals(1, held.test().label(0));
    for (int count : new int[] {-1, 0, 4}) {
      assertThrows(
          IllegalArgumentException.class, () -> Dataset.of("mine", train, test).holdingOut(count));
    }
  }

  @Test
  void subsetsAreEvenlySpaced() {
    int[] places = IntStream.range(0, 4).map(n -> EvenlySpaced.index(n, 4, 10)).toArray();
    assertArrayEquals(new int[] {0, 2, 5, 7}, places);
    assertEquals(2_000_000_000 / 2, EvenlySpaced.index(1_000, 2_000, 2_000_000_000));
    Images images =
        Images.of(new byte[10], IntStream.range(0, 10).toArray(), new ImageShape(1, 1, 1));
    assertArrayEquals(places, IntStream.range(0, 4).map(images.evenlySpaced(4)::label).toArray());
    assertTrue(Arrays.stream(places).allMatch(p -> images.subset(p).label(0) == p));
  }
}
