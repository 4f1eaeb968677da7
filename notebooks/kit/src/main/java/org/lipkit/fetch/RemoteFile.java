package org.lipkit.fetch;

import java.util.List;

/**
 * A file to download.
 *
 * @param name its name on this machine
 * @param md5 the checksum that its publishers give; empty if they give none
 * @param addresses where it can be downloaded, in the order in which they are tried
 */
record RemoteFile(String name, String md5, List<String> addresses) {

  boolean isArchive() {
    return name.endsWith(".zip") || name.endsWith(".tar.gz");
  }
}
