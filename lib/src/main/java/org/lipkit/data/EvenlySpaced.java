package org.lipkit.data;

/** Which samples an evenly spaced subset of a split holds. */
public final class EvenlySpaced {

  private EvenlySpaced() {}

  /**
   * {@return the place in the whole split of one sample of an evenly spaced subset, {@code floor(n
   * size / count)}}
   *
   * @param n the sample's place in the subset, 0 to count - 1
   * @param count how many samples the subset has, at most size
   * @param size how many samples the whole split has
   */
  public static int index(int n, int count, int size) {
    return (int) ((long) n * size / count);
  }
}
