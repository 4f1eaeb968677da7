package org.lipkit.checker;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Makes each output entry a copy of an input entry, or 0. Which one may depend on the input, so
 * that comparing and sorting are of this kind; the program computes them exactly.
 *
 * @param norm at least the Lipschitz constant
 * @param inputs how many entries there are
 * @param sources from an input, the place that each output entry is copied from, or {@link #NONE}
 */
record Copying(double norm, int inputs, Function<double[], int[]> sources) implements Part {

  /** In place of a place, for 0. */
  static final int NONE = -1;

  /**
   * Entries, or the larger or smaller of two. The constant is at most {@code sqrt(n)}, where every
   * entry is used n times at most; the larger and the smaller of the same two together count once,
   * since
   *
   * <pre>  |max - max'|^2 + |min - min'|^2  &lt;=  |a - a'|^2 + |b - b'|^2.</pre>
   */
  static Copying picks(View.Pick[] picks, int inputs) {
    Map<View.Pick, Integer> times = new HashMap<>();
    Arrays.stream(picks).forEach(pick -> times.merge(pick, 1, Integer::sum));
    int[] uses = new int[inputs];
    times.forEach(
        (pick, count) -> {
          int partners =
              times.getOrDefault(new View.Pick(pick.first(), pick.second(), !pick.larger()), 0);
          if (count > partners || count == partners && pick.larger()) {
            uses[pick.first()] += count;
            uses[pick.second()] += pick.isPlain() ? 0 : count;
          }
        });
    return new Copying(
        root(uses), inputs, m -> Arrays.stream(picks).mapToInt(pick -> pick.source(m)).toArray());
  }

  /**
   * The largest entry of each window: 1-Lipschitz for one of them, so that the constant is at most
   * {@code sqrt(n)}, where every entry lies in n windows at most.
   */
  static Copying largest(int[][] windows, int inputs) {
    return new Copying(
        rootOfUses(windows, inputs),
        inputs,
        m ->
            Arrays.stream(windows)
                .mapToInt(
                    window ->
                        IntStream.of(window).reduce((a, b) -> m[b] > m[a] ? b : a).orElseThrow())
                .toArray());
  }

  /** The root of how many windows an entry lies in at most. */
  static double rootOfUses(int[][] windows, int inputs) {
    int[] uses = new int[inputs];
    Arrays.stream(windows).flatMapToInt(Arrays::stream).forEach(place -> uses[place]++);
    return root(uses);
  }

  private static double root(int[] uses) {
    return Up.rootOfCount(Arrays.stream(uses).max().orElse(0));
  }

  /** Entries that are this far apart, sorted, the largest first; sorting moves no two apart. */
  static Copying sorted(int step, int inputs) {
    return new Copying(
        1,
        inputs,
        m -> {
          int[] sources = new int[inputs];
          for (int k = 0; k < step; k++) {
            int first = k;
            int[] order =
                IntStream.range(0, inputs / step)
                    .mapToObj(n -> first + n * step)
                    .sorted(Comparator.comparingDouble(place -> -m[place]))
                    .mapToInt(place -> place)
                    .toArray();
            for (int n = 0; n < order.length; n++) {
              sources[first + n * step] = order[n];
            }
          }
          return sources;
        });
  }

  @Override
  public Local at(double[] m) {
    int[] from = sources.apply(m);
    return new Local(
        IntStream.of(from).mapToDouble(k -> k == NONE ? 0 : m[k]).toArray(),
        before -> before.copied(norm),
        gradient -> {
          double[] g = new double[inputs];
          for (int k = 0; k < from.length; k++) {
            if (from[k] != NONE) {
              g[from[k]] += gradient[k];
            }
          }
          return g;
        });
  }
}
