package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImagesTest {

  /** Images of two channels, 4 x 5, all values different and none 0. */
  private static Images numbered(int count) {
    byte[] bytes = new byte[count * 40];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (1 + i % 40);
    }
    int[] labels = IntStream.range(0, count).map(i -> i * 10 / count).toArray();
    return Images.of(bytes, labels, new ImageShape(2, 4, 5));
  }

  private static float at(float[] image, int c, int y, int x) {
    return y < 0 || y >= 4 || x < 0 || x >= 5 ? 0 : image[(c * 4 + y) * 5 + x];
  }

  private static boolean isShift(float[] moved, float[] plain, int down, int right, boolean flip) {
    for (int c = 0; c < 2; c++) {
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 5; x++) {
          int column = (flip ? 4 - x : x) + right;
          if (at(moved, c, y, x) != at(plain, c, y + down, column)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  @Test
  void augmentationDrawsAllShiftsAndMirrorsAndNothingElse() {
    Images images = new Augmented(numbered(1), 1, true);
    float[] plain = new float[40];
    images.read(0, null, plain, 0);
    float[] direct = new float[40];
    numbered(1).read(0, null, direct, 0);
    assertArrayEquals(direct, plain);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      float[] moved = new float[40];
      images.read(0, Counter.random(i), moved, 0);
      String found = "";
      for (int down = -1; down <= 1; down++) {
        for (int right = -1; right <= 1; right++) {
          for (boolean flip : new boolean[] {false, true}) {
            if (isShift(moved, plain, down, right, flip)) {
              found = down + "," + right + "," + flip;
            }
          }
        }
      }
      assertTrue(!found.isEmpty());
      seen.add(found);
    }
    assertEquals(18, seen.size());
  }

  @Test
  void withoutPaddingAndFlipNothingMoves() {
    float[] moved = new float[41];
    new Augmented(numbered(1), 0, false).read(0, Counter.random(5), moved, 1);
    float[] plain = new float[41];
    numbered(1).read(0, null, plain, 1);
    assertArrayEquals(plain, moved);
    assertThrows(IllegalArgumentException.class, () -> new Augmented(numbered(1), -1, true).size());
  }

  @Test
  void noiseIsGaussianAndOnlyInTheTrainingView() {
    double sigma = 0.25;
    Images noisy = new Noisy(numbered(1), sigma);
    float[] plain = new float[41];
    numbered(1).read(0, null, plain, 1);
    float[] seen = new float[41];
    noisy.read(0, null, seen, 1);
    assertArrayEquals(plain, seen);
    int count = 500;
    int within = 0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      noisy.read(0, Counter.random(i), seen, 1);
      assertEquals(0, seen[0]);
      for (int v = 1; v < 41; v++) {
        double noise = (seen[v] - plain[v]) / sigma;
        sum += noise;
        squares += noise * noise;
        within += Math.abs(noise) < 1 ? 1 : 0;
      }
    }
    int values = 40 * count;
    assertEquals(0, sum / values, 5 / Math.sqrt(values));
    assertEquals(1, squares / values, 5 * Math.sqrt(2.0 / values));
    assertEquals(0.6827, within / (double) values, 2.5 / Math.sqrt(values));
    assertThrows(IllegalArgumentException.class, () -> new Noisy(numbered(1), -0.1));
    assertThrows(IllegalArgumentException.class, () -> new Noisy(numbered(1), Double.NaN));
  }

  @Test
  void evenlySpacedSubsetsShareSortedClasses() {
    Images some = numbered(100).evenlySpaced(20);
    assertEquals(20, some.size());
    int[] count = new int[10];
    for (int i = 0; i < 20; i++) {
      count[some.label(i)]++;
    }
    assertArrayEquals(new int[] {2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, count);
    Images all = numbered(100);
    assertSame(all, all.evenlySpaced(100));
    assertThrows(IllegalArgumentException.class, () -> all.evenlySpaced(0));
    assertThrows(IllegalArgumentException.class, () -> some.label(20));
  }
}
