package org.lipkit.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.lipkit.data.Checksum;
import org.lipkit.data.DataException;
import org.lipkit.data.Dataset;
import org.lipkit.data.Folders;
import org.lipkit.data.OfficialSet;
import org.lipkit.tensor.FileLock;

/**
 * Puts the files of one data set in their place. New files are gathered and checked in a folder
 * beside it and moved in when they are right; files that are already there and right stay.
 */
public final class Fetcher {

  private final Source source;
  private final Path home;
  private final Downloader downloader;

  Fetcher(Source source, Path home, Downloader downloader) {
    this.source = source;
    this.home = home;
    this.downloader = downloader;
  }

  /**
   * Prepares to get an official data set.
   *
   * @param set the data set
   * @param home the folder that holds one folder per data set
   * @param progress shows each download
   * @return what gets it
   */
  public static Fetcher of(OfficialSet set, Path home, DownloadProgress progress) {
    return new Fetcher(Source.of(set), home, new Downloader(progress));
  }

  private Path folder() {
    return home.resolve(source.folder());
  }

  /**
   * Whether anything of the data set is there.
   *
   * @return true if its folder holds something, which may be incomplete
   */
  public boolean exists() {
    return Files.exists(folder()) && !Folders.isAbsent(folder(), source.set());
  }

  /**
   * Reads the files that are there and compares published checksums.
   *
   * @return the data set
   * @throws DataException if something is missing or damaged
   * @throws IOException if a file cannot be read
   */
  public Dataset check() throws IOException {
    return check(folder());
  }

  private Dataset check(Path folder) throws IOException {
    for (String name : source.md5().keySet()) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        checkMd5(file, source.md5().get(name));
      }
    }
    return source.loader().load(folder);
  }

  private void checkMd5(Path file, String expected) throws IOException {
    String md5 = Checksum.md5(file);
    if (!md5.equals(expected)) {
      throw new DataException(
          file,
          "is not the official file (md5 " + md5 + " instead of " + expected + ")",
          source.set());
    }
  }

  /**
   * Downloads what is missing or damaged.
   *
   * @throws DataException if no address has the right file, or the data set is only got by hand
   * @throws IllegalStateException if another program or an earlier call writes to the same folder
   * @throws IOException if a file cannot be written
   * @throws InterruptedException if the thread is interrupted; a later call goes on
   */
  @SuppressWarnings("try") // the lock is held, not used
  public void download() throws IOException, InterruptedException {
    if (source.downloads().isEmpty()) {
      throw new DataException(source.byHand());
    }
    try (FileLock lock = lock()) {
      downloadAll();
    }
  }

  /** Keeps a second program away that writes to the same folder. */
  private FileLock lock() {
    return FileLock.of(home.resolve("." + source.folder() + ".lock"), folder().toString());
  }

  private void downloadAll() throws IOException, InterruptedException {
    for (RemoteFile file : source.downloads()) {
      if (file.isArchive()) {
        Path archive = home.resolve(file.name());
        downloader.fetch(file, archive);
        unpack(archive);
        Files.delete(archive);
      } else {
        downloader.fetch(file, folder().resolve(file.name()));
      }
    }
  }

  /**
   * Takes the files from a folder that holds the archive, the unpacked files, or the data set's own
   * folder. They are copied; for ImageNet a link to the folder is made instead.
   *
   * @param from the folder
   * @throws DataException if the folder is missing or its files are not the official ones
   * @throws IllegalStateException if another program or an earlier call writes to the same folder
   * @throws IOException if a file cannot be read or written
   */
  @SuppressWarnings("try") // the lock is held, not used
  public void takeFrom(Path from) throws IOException {
    if (!Files.isDirectory(from)) {
      throw new DataException("--from " + from + ": there is no such folder");
    }
    try (FileLock lock = lock()) {
      takeAll(from);
    }
  }

  private void takeAll(Path from) throws IOException {
    for (RemoteFile file : source.downloads()) {
      Path archive = from.resolve(file.name());
      if (file.isArchive() && Files.exists(archive)) {
        checkMd5(archive, file.md5());
        unpack(archive);
        return;
      }
    }
    Path inside = from.resolve(source.folder());
    Path given = Files.isDirectory(inside) ? inside : from;
    check(given);
    if (source.downloads().isEmpty()) {
      link(given);
    } else {
      copy(given);
    }
  }

  private void unpack(Path archive) throws IOException {
    Path gathered = emptyGatheringFolder();
    try {
      Archive.unpack(archive, gathered);
      Path unpacked = gathered.resolve(source.folder());
      check(unpacked);
      moveIn(unpacked);
    } finally {
      delete(gathered);
    }
  }

  private void copy(Path given) throws IOException {
    Path gathered = emptyGatheringFolder();
    try {
      for (String part : source.parts()) {
        Path from = given.resolve(part);
        if (Files.exists(from)) {
          for (Path file : filesBelow(from)) {
            Path to = gathered.resolve(given.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
          }
        }
      }
      moveIn(gathered);
    } finally {
      delete(gathered);
    }
  }

  private void link(Path given) throws IOException {
    if (Files.exists(folder())) {
      throw new DataException(folder() + " is in the way: move it elsewhere and run this again");
    }
    Files.createDirectories(home);
    Files.deleteIfExists(folder()); // A link that leads nowhere.
    Files.createSymbolicLink(folder(), given.toRealPath());
  }

  private void moveIn(Path gathered) throws IOException {
    for (Path file : filesBelow(gathered)) {
      Path to = folder().resolve(gathered.relativize(file).toString());
      Files.createDirectories(to.getParent());
      Files.move(file, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Path emptyGatheringFolder() throws IOException {
    Path gathered = home.resolve("." + source.set() + "-incoming");
    delete(gathered);
    return Files.createDirectories(gathered);
  }

  /** Deletes a folder and all that it holds, if it is there. */
  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /**
   * The size of the data set's files.
   *
   * @return in bytes
   * @throws IOException if the folder cannot be read
   */
  public long size() throws IOException {
    long size = 0;
    for (Path file : filesBelow(folder().toRealPath())) {
      size += Files.size(file);
    }
    return size;
  }

  private static List<Path> filesBelow(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }
}
