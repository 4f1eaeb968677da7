package org.lipkit.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lipkit.data.TestFiles.assertSays;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.data.Checksum;
import org.lipkit.data.TestFiles;

class DownloaderTest {

  @TempDir Path folder;
  private final byte[] content = TestFiles.noise(200_000);
  private final Downloader downloader = downloader(Duration.ofSeconds(60));
  private TestServer server;
  private Path target;
  private Path part;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    target = folder.resolve("sub/file.bin");
    part = folder.resolve("sub/file.bin.part");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Downloader downloader(Duration silence) {
    return new Downloader((in, name, have, total) -> in, silence);
  }

  private RemoteFile file(String... addresses) throws IOException {
    Path original = folder.resolve("original");
    Files.write(original, content);
    return new RemoteFile("file.bin", Checksum.md5(original), List.of(addresses));
  }

  private void assertFetched() throws IOException {
    assertArrayEquals(content, Files.readAllBytes(target));
    assertFalse(Files.exists(part));
  }

  @Test
  void downloadsOnceAndOnlyOnce() throws Exception {
    server.then(TestServer.whole(content));
    RemoteFile file = file(server.address("file.bin"));
    downloader.fetch(file, target);
    downloader.fetch(file, target);
    assertFetched();
    assertEquals(1, server.ranges().size());
  }

  @Test
  void goesOnWhereTheServerBrokeOff() throws Exception {
    server.then(TestServer.firstBytes(content, 70_000)).then(TestServer.rest(content));
    downloader.fetch(file(server.address("file.bin")), target);
    assertFetched();
    assertEquals(2, server.ranges().size());
    assertTrue(server.ranges().get(1).startsWith("bytes="));
  }

  @Test
  void goesOnWhereTheServerFellSilent() throws Exception {
    CountDownLatch fetched = new CountDownLatch(1);
    server.then(TestServer.thenSilence(content, 70_000, fetched));
    for (int i = 0; i < 20; i++) {
      server.then(TestServer.rest(content)); // on a busy machine more than one answer is slow
    }
    downloader(Duration.ofSeconds(1)).fetch(file(server.address("file.bin")), target);
    fetched.countDown();
    assertFetched();
    assertTrue(server.ranges().get(1).startsWith("bytes="), server.ranges()::toString);
  }

  @Test
  void goesOnWhereAnEarlierRunStopped() throws Exception {
    TestFiles.write(part, Arrays.copyOf(content, 123_456));
    server.then(TestServer.rest(content));
    downloader.fetch(file(server.address("file.bin")), target);
    assertFetched();
    assertEquals(List.of("bytes=123456-"), server.ranges());
  }

  @Test
  void startsAgainWhereTheServerIgnoresRanges() throws Exception {
    server.then(TestServer.firstBytes(content, 70_000)).then(TestServer.whole(content));
    downloader.fetch(file(server.address("file.bin")), target);
    assertFetched();
  }

  @Test
  void aDownloadThatWasCompleteIsOnlyChecked() throws Exception {
    TestFiles.write(part, content);
    server.then(TestServer.status(416));
    downloader.fetch(file(server.address("file.bin")), target);
    assertFetched();
  }

  @Test
  void aWrongChecksumIsThrownAwayAndTriedAgain() throws Exception {
    byte[] wrong = content.clone();
    wrong[5] ^= 1;
    server
        .then(TestServer.firstBytes(content, 70_000))
        .then(TestServer.whole(wrong))
        .then(TestServer.whole(content));
    downloader.fetch(file(server.address("file.bin")), target);
    assertFetched();
    assertEquals("", server.ranges().get(2));
  }

  @Test
  void theNextAddressHelpsOut() throws Exception {
    server.then(TestServer.status(404)).then(TestServer.status(404));
    server.then(TestServer.whole(content));
    String address = server.address("file.bin");
    downloader.fetch(file(address, address), target);
    assertFetched();
  }

  @Test
  void triesAreLimitedAndWhatIsThereStays() throws Exception {
    byte[] old = {1, 2, 3};
    TestFiles.write(target, old);
    byte[] wrong = TestFiles.noise(1000);
    for (int i = 0; i < 20; i++) {
      server.then(TestServer.whole(wrong));
    }
    RemoteFile file = file(server.address("file.bin"));
    assertSays(() -> downloader.fetch(file, target), "file.bin", "wrong checksum", "--from DIR");
    assertEquals(3, server.ranges().size());
    assertArrayEquals(old, Files.readAllBytes(target));
    assertFalse(Files.exists(part));
  }
}
