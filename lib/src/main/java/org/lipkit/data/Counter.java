package org.lipkit.data;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random numbers without state: a generator for every combination of numbers. */
public final class Counter {

  private Counter() {}

  /** A fresh generator that depends on these numbers, and their order, alone. */
  public static RandomGenerator random(long... numbers) {
    long key = 0;
    for (long number : numbers) {
      key = new SplittableRandom(key ^ number).nextLong();
    }
    return new SplittableRandom(key);
  }
}
