package org.lipkit.data;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Uses many files and reports all that are at fault in one exception. */
final class Faults {

  private static final int LISTED = 20;
  private static final int AT_ONCE = 500;

  private Faults() {}

  /**
   * Does the same with many files, several at a time.
   *
   * @param count how many files
   * @param action uses the file at a place, from 0
   * @param done hears how many files have been used
   * @throws DataException if files are at fault; its message lists the first {@value #LISTED}
   * @throws CancellationException if the thread is interrupted
   */
  static void collect(int count, IntConsumer action, IntConsumer done) {
    Map<String, DataException> found = new LinkedHashMap<>();
    for (int first = 0; first < count; first += AT_ONCE) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted while reading files");
      }
      int end = Math.min(count, first + AT_ONCE);
      IntStream.range(first, end)
          .parallel()
          .mapToObj(n -> fault(action, n))
          .filter(Objects::nonNull)
          .forEachOrdered(e -> found.putIfAbsent(e.fault, e));
      done.accept(end);
    }
    if (found.isEmpty()) {
      return;
    }
    DataException first = found.values().iterator().next();
    if (found.size() == 1) {
      throw first;
    }
    String listed = found.keySet().stream().limit(LISTED).collect(Collectors.joining("; "));
    String others = found.size() > LISTED ? "; ..." : "";
    throw new DataException(found.size() + " files are at fault: " + listed + others, first.remedy);
  }

  private static DataException fault(IntConsumer action, int place) {
    try {
      action.accept(place);
      return null;
    } catch (DataException e) {
      return e;
    }
  }
}
