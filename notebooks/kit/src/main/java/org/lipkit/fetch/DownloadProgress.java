package org.lipkit.fetch;

import java.io.InputStream;

/** Shows how far a download is. */
@FunctionalInterface
public interface DownloadProgress {

  /**
   * Watches a download.
   *
   * @param in the bytes that come
   * @param name the file's name
   * @param have how many bytes were there before
   * @param total how many bytes the file has, or -1 if the server does not say
   * @return a stream of the same bytes that shows the progress as it is read
   */
  InputStream watch(InputStream in, String name, long have, long total);
}
