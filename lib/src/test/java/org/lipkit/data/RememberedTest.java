package org.lipkit.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RememberedTest {

  @Test
  void readsTheSameValuesEveryTimeWhateverTheGenerator() {
    byte[] bytes = new byte[2 * 3 * 16 * 16];
    new java.util.Random(1).nextBytes(bytes);
    Images images = Images.of(bytes, new int[2], new ImageShape(3, 16, 16));
    Images remembered = new Remembered(images);
    for (int time = 0; time < 2; time++) {
      for (int index = 0; index < images.size(); index++) {
        float[] expected = new float[images.values()];
        float[] found = new float[images.values() + 1];
        images.read(index, null, expected, 0);
        remembered.read(index, time == 0 ? new SplittableRandom(2) : null, found, 1);
        assertArrayEquals(expected, java.util.Arrays.copyOfRange(found, 1, found.length));
      }
    }
  }
}
