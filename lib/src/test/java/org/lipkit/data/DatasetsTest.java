package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lipkit.data.TestFiles.assertSays;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetsTest {

  @TempDir Path home;

  @ParameterizedTest
  @CsvSource({
    "mnist,1,28,10",
    "fashion-mnist,1,28,10",
    "cifar-10,3,32,10",
    "cifar-100,3,32,100",
    "svhn,3,32,10",
    "svhn-extra,3,32,10",
    "tiny-imagenet,3,64,200",
    "imagenet,3,224,1000"
  })
  void absentFilesAreStoodInForAndItIsSaid(String id, int channels, int side, int classes) {
    Dataset standIn = Datasets.loadOrMadeUp(id, home);
    assertTrue(standIn.madeUp());
    assertEquals(classes, standIn.classes());
    for (Images split : new Images[] {standIn.train(), standIn.test()}) {
      assertEquals(channels, split.channels());
      assertEquals(side, split.height());
      assertEquals(side, split.width());
    }
    assertSays(() -> Datasets.load(id, home), "is missing", "data-scripts/" + id);
  }

  @Test
  void theFirstClassesEnlargedAreStoodInForLikewise() {
    Dataset standIn = Datasets.loadOrMadeUp("tiny-imagenet/10@224", home);
    assertTrue(standIn.madeUp());
    assertEquals(10, standIn.classes());
    assertEquals(224, standIn.train().width());
    for (String nonsense : List.of("tiny-imagenet/0@224", "tiny-imagenet/10@0")) {
      assertThrows(IllegalArgumentException.class, () -> Datasets.load(nonsense, home));
    }
    assertSays(
        () -> Datasets.load("tiny-imagenet/10@224", home),
        "is missing",
        "data-scripts/tiny-imagenet");
  }

  @Test
  void anUnfinishedDownloadCountsAsAbsentButDamagedFilesDoNot() {
    TestFiles.write(home.resolve("mnist/t10k-images-idx3-ubyte.gz.part"), "some");
    assertTrue(Datasets.loadOrMadeUp("mnist", home).madeUp());
    TestFiles.write(home.resolve("mnist/train-images-idx3-ubyte.gz"), "damaged");
    assertSays(() -> Datasets.loadOrMadeUp("mnist", home), "train-images", "gzip");
  }

  @Test
  void loadsOfficialFilesFromTheirFolder() {
    write("train", 60_000);
    write("t10k", 10_000);
    Dataset mnist = Datasets.loadOrMadeUp("mnist", home);
    assertFalse(mnist.madeUp());
    assertEquals(60_000, mnist.train().size());
    Dataset few = mnist.evenlySpaced(100, 10);
    assertEquals(100, few.train().size());
    assertEquals(10, few.test().size());
    assertEquals(mnist.checksums(), few.checksums());
    assertEquals(4, few.withTrain(new Augmented(few.train(), 2, false)).checksums().size());
  }

  private void write(String split, int count) {
    Path folder = home.resolve("mnist");
    TestFiles.write(
        folder.resolve(split + "-images-idx3-ubyte"),
        TestFiles.idx(0x803, new int[] {count, 28, 28}, new byte[count * 784]));
    TestFiles.write(
        folder.resolve(split + "-labels-idx1-ubyte"), TestFiles.idxLabels(new int[count]));
  }

  @Test
  void idsChooseSizeAndClasses() {
    assertEquals(10, Datasets.load("textures-64").classes());
    assertEquals(200, Datasets.load("textures-64/200").classes());
    assertEquals(64, Datasets.load("textures-64/200").train().width());
    assertEquals("strokes", Datasets.load("strokes").name());
    assertEquals(2, Datasets.load("two-moons").classes());
  }

  @Test
  void anUnknownIdListsTheKnownOnes() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Datasets.load("minst", home))
            .getMessage();
    assertTrue(message.contains("'minst'") && message.contains("mnist, fashion-mnist, cifar-10"));
    assertThrows(IllegalArgumentException.class, () -> Datasets.load("textures-32/5000"));
  }

  @Test
  void aFolderThatIsSetButMissingIsAnErrorAndNotDrawnPictures() {
    Map<String, String> variables = Map.of("LIPKIT_DATA", home.resolve("nothing").toString());
    UnaryOperator<String> linux = Map.of("user.home", "/home/ada", "os.name", "Linux")::get;
    assertSays(() -> DataHome.existing(linux, variables::get), "nothing", "LIPKIT_DATA", "unset");
    assertEquals(Path.of("/home/ada/.cache/lipkit/data"), DataHome.existing(linux, name -> null));
    assertSays(
        () -> DataHome.path(linux, Map.of("LIPKIT_DATA", "data")::get),
        "LIPKIT_DATA",
        "whole path");
  }

  @Test
  void aLinkThatLeadsNowhereIsAnErrorAndNotDrawnPictures() throws IOException {
    Files.createSymbolicLink(home.resolve("mnist"), home.resolve("gone"));
    assertSays(() -> Datasets.loadOrMadeUp("mnist", home), "mnist", "data-scripts/mnist");
  }

  @Test
  void theDataHomeIsOneSetting() {
    Map<String, String> linux = Map.of("user.home", "/home/ada", "os.name", "Linux");
    assertEquals(Path.of("/home/ada/.cache/lipkit/data"), DataHome.path(linux::get, name -> null));
    assertEquals(
        Path.of("/fast/lipkit/data"),
        DataHome.path(linux::get, Map.of("XDG_CACHE_HOME", "/fast")::get));
    assertEquals(
        Path.of("/data"),
        DataHome.path(linux::get, Map.of("LIPKIT_DATA", "/data", "XDG_CACHE_HOME", "/f")::get));
    assertEquals(
        Path.of("/other"),
        DataHome.path(Map.of("lipkit.data", "/other")::get, Map.of("LIPKIT_DATA", "/data")::get));
    assertEquals(
        Path.of("/Users/ada/Library/Caches/lipkit/data"),
        DataHome.path(Map.of("user.home", "/Users/ada", "os.name", "Mac OS X")::get, name -> null));
    assertEquals(
        Path.of("/w/AppData/Local/lipkit/data"),
        DataHome.path(Map.of("user.home", "/w", "os.name", "Windows 11")::get, name -> null));
  }
}
