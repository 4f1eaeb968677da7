package org.lipkit.fetch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Unpacks .zip and .tar.gz files. */
final class Archive {

  private Archive() {}

  /**
   * Unpacks files and folders below {@code target}.
   *
   * @throws IOException if the archive is damaged, or holds a link or a path that leads outside
   */
  static void unpack(Path archive, Path target) throws IOException {
    Path root = target.toAbsolutePath().normalize();
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        ArchiveInputStream<?> in = open(archive, file)) {
      for (ArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path path = root.resolve(entry.getName()).normalize();
        if (!path.startsWith(root)) {
          throw new IOException(archive + " holds " + entry.getName() + ", which leads outside");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry instanceof TarArchiveEntry tar && (tar.isLink() || tar.isSymbolicLink())) {
          throw new IOException(archive + " holds " + entry.getName() + ", which is a link");
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(in, path);
        }
      }
    }
  }

  private static ArchiveInputStream<?> open(Path archive, InputStream file) throws IOException {
    return archive.toString().endsWith(".zip")
        ? new ZipArchiveInputStream(file)
        : new TarArchiveInputStream(new GzipCompressorInputStream(file, true));
  }
}
