package org.lipkit.fetch;

import java.util.List;

/**
 * A file to download.
 *
 * @param name what to call it here
 * @param md5 the checksum that its publishers give
 * @param addresses where it can be had, the first to be tried first
 */
record RemoteFile(String name, String md5, List<String> addresses) {

  boolean isArchive() {
    return name.endsWith(".zip") || name.endsWith(".tar.gz");
  }
}
