package org.lipkit.data;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random numbers without state: a generator for every combination of numbers. */
public final class Counter {

  private Counter() {}

  /**
   * {@return a new generator, which depends only on these numbers and their order}
   *
   * @param numbers such as a seed, an epoch and an index
   */
  public static RandomGenerator random(long... numbers) {
    long key = 0;
    for (long number : numbers) {
      key = new SplittableRandom(key ^ number).nextLong();
    }
    return new SplittableRandom(key);
  }

  /** The numbers 0 to size - 1 in random order. */
  static int[] shuffled(int size, RandomGenerator random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }
}
