package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RangeTest {

  @Test
  void partsFollowEachOtherAndBeginWithABatch() {
    for (int size : new int[] {0, 1, 49, 50, 51, 120, 500}) {
      for (int parts : new int[] {1, 2, 3, 40}) {
        for (int batch : new int[] {1, 7, 50, 600}) {
          assertDivides(size, parts, batch);
        }
      }
    }
  }

  private static void assertDivides(int size, int parts, int batch) {
    List<Range> ranges = new Range(0, size).divide(parts, batch);
    assertTrue(ranges.size() <= parts);
    int next = 0;
    for (Range range : ranges) {
      assertEquals(next, range.from());
      assertEquals(0, range.from() % batch);
      assertTrue(range.size() > 0);
      next = range.to();
    }
    assertEquals(size, next);
    int longest = ranges.stream().mapToInt(Range::size).max().orElse(0);
    int shortest =
        ranges.stream().limit(Math.max(0, ranges.size() - 1)).mapToInt(Range::size).min().orElse(0);
    assertTrue(longest - shortest <= batch || ranges.size() < 2);
  }

  @Test
  void placesThatAreNoneAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Range(-1, 3));
    assertThrows(IllegalArgumentException.class, () -> new Range(3, 2));
  }
}
