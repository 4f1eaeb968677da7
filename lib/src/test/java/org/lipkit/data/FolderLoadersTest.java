package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lipkit.data.TestFiles.assertSays;
import static org.lipkit.data.TestFiles.jpeg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLoadersTest {

  @TempDir Path folder;

  @Nested
  class TinyImageNet {

    private final TinyImageNetLoader loader = new TinyImageNetLoader("tiny-imagenet");

    @BeforeEach
    void writeValidFiles() {
      TestFiles.write(folder.resolve("wnids.txt"), "n02\nn01\n");
      TestFiles.write(folder.resolve("train/n01/images/n01_0.JPEG"), jpeg(64, 64, false));
      TestFiles.write(folder.resolve("train/n01/images/n01_1.JPEG"), jpeg(64, 64, true));
      TestFiles.write(folder.resolve("train/n02/images/n02_0.JPEG"), jpeg(64, 64, false));
      TestFiles.write(folder.resolve("val/images/val_0.JPEG"), jpeg(64, 64, false));
      TestFiles.write(folder.resolve("val/images/val_1.JPEG"), jpeg(64, 64, false));
      TestFiles.write(
          folder.resolve("val/val_annotations.txt"),
          "val_1.JPEG\tn01\t0\t0\t9\t9\nval_0.JPEG\tn02\t0\t0\t9\t9\n");
    }

    @Test
    void readsBothSplits() {
      Dataset tiny = loader.load(folder);
      assertEquals(3, tiny.train().size());
      assertEquals(List.of("n01", "n02"), tiny.classNames());
      assertEquals(1, tiny.train().label(2));
      assertEquals(0, tiny.test().label(0));
      assertEquals(64, tiny.test().width());
    }

    @Test
    void takesNamesWhereThereAreSome() {
      TestFiles.write(folder.resolve("words.txt"), "n01\tgoldfish, Carassius auratus\nn03\tx\n");
      assertEquals(List.of("goldfish", "n02"), loader.load(folder).classNames());
    }

    @Test
    void greyPicturesFillThreeChannelsWithTheStoredValues() {
      Images train = loader.load(folder).train();
      float[] pixels = new float[3 * 4096];
      train.read(1, null, pixels, 0);
      assertArrayEquals(
          Arrays.copyOfRange(pixels, 0, 4096), Arrays.copyOfRange(pixels, 8192, 12288));
      for (int x = 0; x < 64; x++) {
        assertEquals(x / 63f, pixels[10 * 64 + x], 0.02f);
      }
    }

    @Test
    void firstClassesEnlarged() {
      Dataset one = new TinyImageNetLoader("tiny-imagenet", 1, 224).load(folder);
      assertEquals("tiny-imagenet/1@224", one.name());
      assertEquals(List.of("n01"), one.classNames());
      assertEquals(2, one.train().size());
      assertEquals(1, one.test().size());
      float[] pixels = new float[3 * 224 * 224];
      one.test().read(0, null, pixels, 0);
      for (int x = 0; x < 224; x++) {
        double place = Math.min(63, Math.max(0, (x + 0.5) * 64 / 224 - 0.5));
        assertEquals(place / 63, pixels[100 * 224 + x], 0.03);
      }
      TinyImageNetLoader three = new TinyImageNetLoader("tiny-imagenet", 3, 224);
      assertSays(() -> three.load(folder), "wnids.txt", "only 2 classes, not 3");
    }

    @Test
    void damagedFiles() throws IOException {
      Path annotations = folder.resolve("val/val_annotations.txt");
      TestFiles.write(annotations, "val_0.JPEG\tn01\n");
      assertSays(() -> loader.load(folder), "val_annotations.txt", "no class to 1 pictures");
      TestFiles.write(annotations, "val_0.JPEG\tn01\nval_1.JPEG\tn09\n");
      assertSays(() -> loader.load(folder), "val_1.JPEG\tn09", "data-scripts/tiny-imagenet");
      TestFiles.write(annotations, "val_0.JPEG\tn01\nval_1.JPEG\tn02\nval_0.JPEG\tn02\n");
      assertSays(() -> loader.load(folder), "names val_0.JPEG twice");
      TestFiles.write(annotations, "val_0.JPEG\tn01\nval_2.JPEG\tn02\n");
      assertSays(() -> loader.load(folder), "names val_2.JPEG");
      Files.delete(annotations);
      assertSays(() -> loader.load(folder), "val_annotations.txt", "is missing");
      Files.delete(folder.resolve("train/n02/images/n02_0.JPEG"));
      assertSays(() -> loader.load(folder), "n02", "holds no pictures");
      TestFiles.write(folder.resolve("wnids.txt"), "n02\nn01\nn02 \n");
      assertSays(() -> loader.load(folder), "wnids.txt", "names n02 twice");
      TestFiles.write(folder.resolve("wnids.txt"), "\n");
      assertSays(() -> loader.load(folder), "wnids.txt", "is empty");
    }

    @Test
    void aPartOfTheClassesIsNamedSo() {
      Dataset tiny = OfficialSet.TINY_IMAGENET.loader().load(folder);
      assertEquals("tiny-imagenet (2 of its 200 classes)", tiny.title());
      assertEquals(2, tiny.classes());
    }

    @Test
    void allBrokenPicturesAreListedBeforeTheyAreNeeded() throws IOException {
      List<Integer> read = new ArrayList<>();
      loader.load(folder).requireReadable(read::add);
      assertEquals(List.of(5), read);
      Dataset tiny = loader.load(folder);
      TestFiles.cut(folder.resolve("train/n01/images/n01_1.JPEG"), 400);
      Files.delete(folder.resolve("val/images/val_0.JPEG"));
      assertSays(
          () -> tiny.requireReadable(done -> {}),
          "2 files are at fault",
          "n01_1.JPEG cannot be decoded",
          "val_0.JPEG is missing",
          "; mend it with: data-scripts/tiny-imagenet");
    }

    @Test
    void damagedPictures() throws IOException {
      Images train = loader.load(folder).train();
      Path picture = folder.resolve("train/n01/images/n01_0.JPEG");
      float[] into = new float[train.values()];
      TestFiles.cut(picture, 700);
      assertSays(() -> train.read(0, null, into, 0), "n01_0.JPEG", "Truncated File");
      TestFiles.write(picture, "text");
      assertSays(() -> train.read(0, null, into, 0), "n01_0.JPEG", "cannot be decoded");
      Files.delete(picture);
      assertSays(() -> train.read(0, null, into, 0), "n01_0.JPEG", "is missing");
    }
  }

  @Nested
  class ImageNet {

    private final FolderLoader loader = new FolderLoader("imagenet", 224, true);

    @Test
    void readsTrainAndVal() {
      TestFiles.write(folder.resolve("train/n02/b.JPEG"), jpeg(300, 260, false));
      TestFiles.write(folder.resolve("train/n01/a.JPEG"), jpeg(300, 260, false));
      TestFiles.write(folder.resolve("train/n01/notes.txt"), "no picture");
      TestFiles.write(folder.resolve("val/n01/c.JPEG"), jpeg(30, 500, false));
      TestFiles.write(folder.resolve("val/n02/d.JPEG"), jpeg(300, 260, true));
      TestFiles.write(folder.resolve("LOC_synset_mapping.txt"), "n01 tench, Tinca tinca\nn02 cock");
      Dataset imagenet = loader.load(folder);
      assertEquals("imagenet (2 of its 1000 classes)", imagenet.name());
      assertEquals(List.of("tench", "cock"), imagenet.classNames());
      assertEquals(2, imagenet.train().size());
      assertEquals(1, imagenet.test().label(1));
      float[] one = new float[imagenet.train().values()];
      float[] other = new float[one.length];
      assertEquals(3 * 224 * 224, one.length);
      imagenet.train().read(0, Counter.random(1), one, 0);
      imagenet.train().read(0, Counter.random(2), other, 0);
      assertFalse(Arrays.equals(one, other));
      imagenet.train().read(0, Counter.random(1), other, 0);
      assertArrayEquals(one, other);
    }

    @Test
    void singlePicturesServeForTrainingAndTesting() {
      TestFiles.write(folder.resolve("n01/a.JPEG"), jpeg(300, 260, false));
      Dataset sample = loader.load(folder);
      assertEquals(
          "imagenet (1 of its 1000 classes) (the same images for training and testing)",
          sample.title());
      assertEquals(1, sample.train().size());
      assertEquals(1, sample.test().size());
      TestFiles.write(folder.resolve("n01/a.JPEG"), "no picture");
      String message =
          assertThrows(DataException.class, () -> sample.requireReadable(done -> {})).getMessage();
      assertTrue(message.startsWith(folder.resolve("n01/a.JPEG").toString()), message);
    }

    @Test
    void wrongLayouts() {
      assertSays(() -> loader.load(folder), "holds no class folders", "data-scripts/imagenet");
      TestFiles.write(folder.resolve("train/n01/a.JPEG"), jpeg(300, 260, false));
      assertSays(() -> loader.load(folder), "val", "is missing");
      TestFiles.write(folder.resolve("val/a.JPEG"), jpeg(300, 260, false));
      assertSays(() -> loader.load(folder), "val", "holds no class folders");
      TestFiles.write(folder.resolve("val/n02/a.JPEG"), jpeg(300, 260, false));
      assertSays(() -> loader.load(folder), "val", "same class folders");
    }
  }
}
