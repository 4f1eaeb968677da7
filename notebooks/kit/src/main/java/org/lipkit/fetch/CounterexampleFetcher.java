package org.lipkit.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lipkit.data.DataException;
import org.lipkit.pitfall.PublishedCounterexamples;
import org.lipkit.tensor.FileLock;

/**
 * Gets the published counterexamples and converts them. The archive of a commit has no published
 * checksum; the numbers of each set have one in {@link PublishedCounterexamples}.
 */
public final class CounterexampleFetcher {

  private static final String REPOSITORY = "python-certifier-" + PublishedCounterexamples.COMMIT;
  private static final RemoteFile ARCHIVE =
      new RemoteFile(
          REPOSITORY + ".tar.gz",
          "",
          List.of(
              "https://github.com/tobycmurray/python-certifier/archive/"
                  + PublishedCounterexamples.COMMIT
                  + ".tar.gz"));

  private static final String FOLDER = "counterexamples";

  private final Path home;
  private final Downloader downloader;

  /**
   * Prepares to get the sets.
   *
   * @param home the folder that holds one folder per data set
   * @param progress shows the download
   */
  public CounterexampleFetcher(Path home, DownloadProgress progress) {
    this.home = home;
    this.downloader = new Downloader(progress);
  }

  /**
   * Downloads the repository's files at one commit and converts all sets.
   *
   * @return the sets that are in place now
   * @throws DataException if no address has the archive
   * @throws IllegalStateException if another program gets the same sets
   * @throws IOException if a file cannot be written, or the archive is damaged
   * @throws InterruptedException if the thread is interrupted; a later call goes on
   * @throws IllegalArgumentException if a set holds other numbers than those published
   */
  @SuppressWarnings("try") // the lock is held, not used
  public List<PublishedCounterexamples> download() throws IOException, InterruptedException {
    try (FileLock lock = lock()) {
      return downloadAll();
    }
  }

  /** Keeps a second program away that gets the same sets. */
  private FileLock lock() {
    return FileLock.of(home.resolve("." + FOLDER + ".lock"), home.resolve(FOLDER).toString());
  }

  private List<PublishedCounterexamples> downloadAll() throws IOException, InterruptedException {
    Path archive = home.resolve(ARCHIVE.name());
    Path unpacked = home.resolve("." + REPOSITORY);
    downloader.fetch(ARCHIVE, archive);
    try {
      Fetcher.delete(unpacked);
      Archive.unpack(archive, unpacked);
      List<PublishedCounterexamples> sets = convert(unpacked.resolve(REPOSITORY));
      Files.delete(archive);
      return sets;
    } finally {
      Fetcher.delete(unpacked);
    }
  }

  /**
   * Converts the sets whose files a folder holds.
   *
   * @param from the repository's folder, or its folder {@code tests}
   * @return the sets that were there
   * @throws DataException if there is none
   * @throws IllegalStateException if another program gets the same sets
   * @throws IllegalArgumentException if a set is incomplete or holds other numbers than those
   *     published
   */
  @SuppressWarnings("try") // the lock is held, not used
  public List<PublishedCounterexamples> takeFrom(Path from) {
    try (FileLock lock = lock()) {
      return convert(from);
    }
  }

  private List<PublishedCounterexamples> convert(Path from) {
    Path inside = from.resolve("tests");
    Path tests = Files.isDirectory(inside) ? inside : from;
    List<PublishedCounterexamples> sets =
        List.of(PublishedCounterexamples.values()).stream().filter(set -> set.isIn(tests)).toList();
    if (sets.isEmpty()) {
      throw new DataException(
          "--from " + from + ": there are no counterexamples of python-certifier");
    }
    sets.forEach(set -> set.convert(tests).save(set.file(home)));
    return sets;
  }
}
