package org.lipkit.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A zip archive, of which only as much is unpacked as is asked for. */
final class Archive implements Closeable {

  private final ZipFile zip;

  Archive(Path file) throws IOException {
    zip = new ZipFile(file.toFile());
  }

  List<String> names() {
    return zip.stream().map(ZipEntry::getName).toList();
  }

  long size(String name) throws IOException {
    return entry(name).getSize();
  }

  private ZipEntry entry(String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new IOException("there is no " + name + " in it");
    }
    return entry;
  }

  InputStream open(String name) throws IOException {
    return zip.getInputStream(entry(name));
  }

  /** All of an entry, which must be of this length, checked against its checksum. */
  byte[] whole(String name, long length) throws IOException {
    if (size(name) != length || length > Integer.MAX_VALUE - 16) {
      throw new IOException(name + " has " + size(name) + " bytes instead of " + length);
    }
    byte[] content = new byte[(int) length];
    try (InputStream in = open(name)) {
      CRC32 checksum = new CRC32();
      int read = in.readNBytes(content, 0, content.length);
      checksum.update(content, 0, read);
      if (read < length || in.read() >= 0 || checksum.getValue() != entry(name).getCrc()) {
        throw new IOException(name + " is damaged");
      }
    }
    return content;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
