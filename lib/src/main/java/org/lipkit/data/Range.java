package org.lipkit.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lipkit.text.Given;

/**
 * Consecutive samples of a split, for work that is divided.
 *
 * @param from the place of the first
 * @param to the place after the last
 */
public record Range(int from, int to) implements Serializable {

  /**
   * Checks the places.
   *
   * @param from at least 0
   * @param to at least {@code from}
   * @throws IllegalArgumentException if they are no range
   */
  public Range {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("There are no samples from " + from + " to " + to + ".");
    }
  }

  /**
   * {@return the whole of a split}
   *
   * @param images the split
   */
  public static Range all(Images images) {
    return new Range(0, Given.notNull("The images", images).size());
  }

  /** {@return how many samples} */
  public int size() {
    return to - from;
  }

  /**
   * {@return the images at these places}
   *
   * @param images the split
   */
  public Images of(Images images) {
    return size() == images.size() ? images : images.subset(IntStream.range(from, to).toArray());
  }

  /**
   * Divides the range where batches begin, so that the batches of the parts are those of the whole.
   *
   * @param parts how many there may be
   * @param batchSize samples per batch, at least 1
   * @return at most so many ranges, in order; as long as whole batches allow, none is longer than
   *     another by more than a batch
   */
  public List<Range> divide(int parts, int batchSize) {
    int batches = (size() + batchSize - 1) / batchSize;
    int count = Math.min(parts, batches);
    List<Range> ranges = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      int first = from + EvenlySpaced.index(n, count, batches) * batchSize;
      int next = from + EvenlySpaced.index(n + 1, count, batches) * batchSize;
      ranges.add(new Range(first, Math.min(next, to)));
    }
    return ranges;
  }
}
