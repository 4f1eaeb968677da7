package org.lipkit.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.lipkit.data.Checksum;
import org.lipkit.data.DataException;

/**
 * Downloads files. A file under its own name is always whole and checked: bytes go to {@code
 * NAME.part}, a later try or a later run of the program continues there, and the file takes its
 * name when the checksum is right.
 */
final class Downloader {

  private static final int ROUNDS = 3;
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int PAST_THE_END = 416;

  private final DownloadProgress progress;
  private final Duration silence;
  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(Duration.ofSeconds(20))
          .build();

  /**
   * Prepares to download.
   *
   * @param progress shows each download
   */
  Downloader(DownloadProgress progress) {
    this(progress, Duration.ofSeconds(60));
  }

  /**
   * Prepares to download.
   *
   * @param progress shows each download
   * @param silence a server that sends nothing for so long is asked again
   */
  Downloader(DownloadProgress progress, Duration silence) {
    this.progress = progress;
    this.silence = silence;
  }

  /**
   * Makes sure that {@code target} is the file; tries every address up to three times.
   *
   * @throws DataException if no address gave the right file; what stood at {@code target} stays
   */
  void fetch(RemoteFile file, Path target) throws IOException, InterruptedException {
    if (Files.exists(target) && Checksum.md5(target).equals(file.md5())) {
      return;
    }
    Files.createDirectories(target.getParent());
    Path part = target.resolveSibling(file.name() + ".part");
    String problem = "";
    for (int round = 0; round < ROUNDS; round++) {
      for (String address : file.addresses()) {
        try {
          transferAll(file.name(), URI.create(address), part);
          check(file, part);
          Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
          return;
        } catch (IOException e) {
          String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
          problem = address + ": " + reason;
        }
      }
    }
    throw new DataException(
        file.name()
            + " could not be downloaded ("
            + problem
            + "); run this again to go on, or give a copy with --from DIR");
  }

  private static void check(RemoteFile file, Path part) throws IOException {
    String md5 = Checksum.md5(part);
    if (!file.md5().isEmpty() && !md5.equals(file.md5())) {
      Files.delete(part);
      throw new IOException("wrong checksum, md5 " + md5 + " instead of " + file.md5());
    }
  }

  /** Goes on after interruptions for as long as each try brings new bytes. */
  private void transferAll(String name, URI address, Path part)
      throws IOException, InterruptedException {
    long most = -1;
    while (true) {
      try {
        transfer(name, address, part);
        return;
      } catch (IOException e) {
        long size = size(part);
        if (size <= most) {
          throw e;
        }
        most = size;
      }
    }
  }

  private void transfer(String name, URI address, Path part)
      throws IOException, InterruptedException {
    long have = size(part);
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(60));
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    HttpResponse<InputStream> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = new ImpatientStream(response.body(), silence)) {
      switch (response.statusCode()) {
        case OK -> have = 0;
        case PARTIAL -> checkStart(response, have);
        case PAST_THE_END -> {
          return; // Nothing is left to get; the checksum tells whether that is right.
        }
        default -> throw new IOException("the server answered " + response.statusCode());
      }
      long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
      long total = length < 0 ? -1 : have + length;
      try (InputStream in = progress.watch(body, name, have, total);
          OutputStream out =
              Files.newOutputStream(
                  part,
                  StandardOpenOption.CREATE,
                  have > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE)) {
        in.transferTo(out);
      }
      if (total >= 0 && size(part) != total) {
        throw new IOException("broke off at byte " + size(part) + " of " + total);
      }
    }
  }

  private static void checkStart(HttpResponse<?> response, long have) throws IOException {
    String range = response.headers().firstValue("Content-Range").orElse("");
    if (!range.startsWith("bytes " + have + "-")) {
      throw new IOException("asked for bytes from " + have + ", the server sent '" + range + "'");
    }
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }
}
