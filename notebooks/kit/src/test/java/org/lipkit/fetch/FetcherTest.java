package org.lipkit.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lipkit.data.TestFiles.assertSays;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.data.Checksum;
import org.lipkit.data.CifarLoader;
import org.lipkit.data.ClassNames;
import org.lipkit.data.DataException;
import org.lipkit.data.OfficialSet;
import org.lipkit.data.TestFiles;
import org.lipkit.tensor.FileLock;

/** A small data set in CIFAR's format, packed and unpacked. */
class FetcherTest {

  private static final String ARCHIVE = "cifar-10-binary.tar.gz";

  @TempDir Path top;
  private Path home;
  private Path hand;
  private byte[] archive;

  @BeforeEach
  void pack() throws IOException {
    home = top.resolve("home");
    hand = Files.createDirectories(top.resolve("at hand"));
    byte[] train = TestFiles.cifar(new int[] {1}, new int[] {2});
    byte[] test = TestFiles.cifar(new int[] {3});
    TestFiles.write(top.resolve("original/bin/train.bin"), train);
    TestFiles.write(top.resolve("original/bin/test.bin"), test);
    archive = ArchiveTest.tarGz(Map.of("bin/train.bin", train, "bin/test.bin", test));
    TestFiles.write(top.resolve("original/" + ARCHIVE), archive);
  }

  private Fetcher packed(String... addresses) throws IOException {
    Path original = top.resolve("original/" + ARCHIVE);
    RemoteFile file = new RemoteFile(ARCHIVE, Checksum.md5(original), List.of(addresses));
    return fetcher(List.of(file));
  }

  private Fetcher fetcher(List<RemoteFile> downloads) throws IOException {
    Path original = top.resolve("original/bin");
    Map<String, String> md5 =
        Map.of(
            "train.bin", Checksum.md5(original.resolve("train.bin")),
            "test.bin", Checksum.md5(original.resolve("test.bin")));
    CifarLoader loader =
        new CifarLoader("cifar-10", ClassNames.CIFAR_10, 1, List.of("train.bin"), 2, "test.bin", 1);
    Source source =
        new Source(
            "cifar-10",
            Path.of("bin"),
            loader,
            downloads,
            md5,
            List.of("train.bin", "test.bin"),
            "Get it by hand.");
    return new Fetcher(
        source, home, new Downloader((in, name, have, total) -> in, Duration.ofSeconds(60)));
  }

  @Test
  void twoProgramsDoNotGetTheCounterexamplesAtOnce() {
    CounterexampleFetcher fetcher = new CounterexampleFetcher(home, (in, name, have, total) -> in);
    try (FileLock lock = FileLock.of(home.resolve(".counterexamples.lock"), "test")) {
      String refusal =
          assertThrows(IllegalStateException.class, () -> fetcher.takeFrom(hand), lock::toString)
              .getMessage();
      assertTrue(refusal.contains("being written"), refusal);
    }
    assertThrows(DataException.class, () -> fetcher.takeFrom(hand), "nothing is at hand");
  }

  @Test
  void twoProgramsDoNotGetTheSameDataSetAtOnce() throws IOException {
    Fetcher fetcher = packed("http://localhost/unused");
    Path original = top.resolve("original");
    try (FileLock lock = FileLock.of(home.resolve(".bin.lock"), "test")) {
      Exception refusal =
          assertThrows(
              IllegalStateException.class, () -> fetcher.takeFrom(original), lock::toString);
      assertTrue(refusal.getMessage().contains("being written"), refusal::getMessage);
    }
    fetcher.takeFrom(original);
    assertComplete(fetcher);
  }

  private void assertComplete(Fetcher fetcher) throws IOException {
    assertEquals(2, fetcher.check().train().size());
    try (var files = Files.list(home)) {
      assertEquals(List.of(home.resolve("bin")), files.toList());
    }
  }

  @Test
  void anArchiveIsDownloadedUnpackedAndThrownAway() throws Exception {
    try (TestServer server = new TestServer()) {
      server.then(TestServer.firstBytes(archive, 2000)).then(TestServer.rest(archive));
      Fetcher fetcher = packed(server.address(ARCHIVE));
      assertFalse(fetcher.exists());
      fetcher.download();
      assertComplete(fetcher);
      assertTrue(fetcher.exists());
      assertEquals(3 * 3073, fetcher.size());
    }
  }

  @Test
  void damagedFilesAreMendedAndOthersStay() throws Exception {
    TestFiles.write(home.resolve("bin/train.bin"), "damaged");
    TestFiles.write(home.resolve("bin/my notes.txt"), "mine");
    TestFiles.write(hand.resolve(ARCHIVE), archive);
    Fetcher fetcher = packed();
    assertSays(fetcher::check, "train.bin", "not the official file", "data-scripts/cifar-10");
    fetcher.takeFrom(hand);
    assertComplete(fetcher);
    assertEquals("mine", Files.readString(home.resolve("bin/my notes.txt")));
    assertTrue(Files.exists(hand.resolve(ARCHIVE)));
  }

  @Test
  void singleFilesAreDownloadedToTheirPlace() throws Exception {
    Path original = top.resolve("original/bin");
    try (TestServer server = new TestServer()) {
      server.then(TestServer.whole(Files.readAllBytes(original.resolve("test.bin"))));
      TestFiles.write(
          home.resolve("bin/train.bin"), Files.readAllBytes(original.resolve("train.bin")));
      List<RemoteFile> files = new ArrayList<>();
      for (String name : List.of("train.bin", "test.bin")) {
        String md5 = Checksum.md5(original.resolve(name));
        files.add(new RemoteFile(name, md5, List.of(server.address("test.bin"))));
      }
      Fetcher fetcher = fetcher(files);
      fetcher.download();
      assertComplete(fetcher);
    }
  }

  @Test
  void unpackedFilesAreTakenFromTheirFolderOrTheOneAbove() throws IOException {
    TestFiles.write(top.resolve("original/bin/unrelated.iso"), "big");
    Fetcher fetcher = packed();
    fetcher.takeFrom(top.resolve("original/bin"));
    assertComplete(fetcher);
    assertFalse(Files.exists(home.resolve("bin/unrelated.iso")));
    Files.delete(home.resolve("bin/test.bin"));
    Files.delete(top.resolve("original/" + ARCHIVE));
    fetcher.takeFrom(top.resolve("original"));
    assertComplete(fetcher);
  }

  @Test
  void wrongFilesAreNotTaken() throws IOException {
    Fetcher fetcher = packed();
    TestFiles.write(hand.resolve(ARCHIVE), "not the archive");
    assertSays(() -> fetcher.takeFrom(hand), ARCHIVE, "not the official file");
    Files.delete(hand.resolve(ARCHIVE));
    assertSays(() -> fetcher.takeFrom(hand), "train.bin", "is missing");
    TestFiles.write(hand.resolve("train.bin"), TestFiles.cifar(new int[] {1}, new int[] {3}));
    assertSays(() -> fetcher.takeFrom(hand), "train.bin", "not the official file");
    assertSays(() -> fetcher.takeFrom(top.resolve("nowhere")), "no such folder");
    assertFalse(fetcher.exists());
  }

  @Test
  void whatIsGotByHandIsExplainedAndLinkedTo() throws IOException {
    Fetcher fetcher = fetcher(List.of());
    assertEquals(
        "Get it by hand.", assertThrows(DataException.class, fetcher::download).getMessage());
    fetcher.takeFrom(top.resolve("original"));
    assertTrue(Files.isSymbolicLink(home.resolve("bin")));
    assertEquals(2, fetcher.check().train().size());
    assertSays(() -> fetcher.takeFrom(top.resolve("original")), "is in the way");
  }

  @Test
  void everyOfficialSetHasItsSource() {
    for (OfficialSet set : OfficialSet.values()) {
      Source source = Source.of(set);
      assertEquals(set.id(), source.set());
      assertEquals(set.folder(home), home.resolve(source.folder()));
      assertTrue(source.downloads().isEmpty() != source.byHand().isEmpty());
      for (RemoteFile file : source.downloads()) {
        assertTrue(file.md5().matches("[0-9a-f]{32}"));
        assertTrue(file.addresses().stream().allMatch(a -> a.endsWith("/" + file.name())));
      }
    }
  }
}
