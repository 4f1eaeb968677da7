package org.lipkit.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.data.TestFiles;

class ArchiveTest {

  @TempDir Path folder;

  static byte[] tarGz(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
        entry.setSize(file.getValue().length);
        out.putArchiveEntry(entry);
        out.write(file.getValue());
        out.closeArchiveEntry();
      }
    }
    return TestFiles.gzip(bytes.toByteArray());
  }

  private static byte[] zip(String name, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry("folder/"));
      out.putNextEntry(new ZipEntry(name));
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void unpacksBothKinds() throws IOException {
    Path tar = folder.resolve("a.tar.gz");
    TestFiles.write(tar, tarGz(Map.of("x/y.txt", "tar".getBytes(StandardCharsets.UTF_8))));
    Archive.unpack(tar, folder.resolve("out"));
    assertEquals("tar", Files.readString(folder.resolve("out/x/y.txt")));
    Path zip = folder.resolve("a.zip");
    TestFiles.write(zip, zip("folder/z.txt", "zip"));
    Archive.unpack(zip, folder.resolve("out"));
    assertEquals("zip", Files.readString(folder.resolve("out/folder/z.txt")));
  }

  @Test
  void nothingLeadsOutside() throws IOException {
    Path zip = folder.resolve("a.zip");
    TestFiles.write(zip, zip("../outside.txt", "zip"));
    assertThrows(IOException.class, () -> Archive.unpack(zip, folder.resolve("out")));
    assertFalse(Files.exists(folder.resolve("outside.txt")));
    Path tar = folder.resolve("a.tar.gz");
    TestFiles.write(tar, tarGz(Map.of("/" + "x/../../y", new byte[1])));
    assertThrows(IOException.class, () -> Archive.unpack(tar, folder.resolve("out")));
  }

  @Test
  void linksAreRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry link = new TarArchiveEntry("link", TarConstants.LF_SYMLINK);
      link.setLinkName("/");
      out.putArchiveEntry(link);
      out.closeArchiveEntry();
    }
    Path tar = folder.resolve("a.tar.gz");
    TestFiles.write(tar, TestFiles.gzip(bytes.toByteArray()));
    assertThrows(IOException.class, () -> Archive.unpack(tar, folder.resolve("out")));
  }

  @Test
  void aTruncatedArchiveIsAnError() throws IOException {
    Path tar = folder.resolve("a.tar.gz");
    TestFiles.write(tar, tarGz(Map.of("x", TestFiles.noise(50_000))));
    TestFiles.cut(tar, 30_000);
    assertThrows(IOException.class, () -> Archive.unpack(tar, folder.resolve("out")));
  }
}
