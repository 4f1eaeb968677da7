package org.lipkit.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Entries of a flow in some order and shape, or the larger or smaller of two of them: whatever
 * operators only copy, compare and rearrange makes no part before an operator needs it that
 * computes.
 *
 * @param flow where the entries are from
 * @param shape of one sample
 * @param picks one for each entry, the last axis fastest
 */
record View(Flow flow, int[] shape, Pick[] picks) {

  /** The larger or the smaller of two entries; of one, if both are the same. */
  record Pick(int first, int second, boolean larger) {

    static Pick of(int place) {
      return new Pick(place, place, true);
    }

    boolean isPlain() {
      return first == second;
    }

    /** Which of both it is. */
    int source(double[] m) {
      return m[first] >= m[second] == larger ? first : second;
    }
  }

  static View of(Flow flow, int... shape) {
    Pick[] all = IntStream.range(0, flow.size()).mapToObj(Pick::of).toArray(Pick[]::new);
    return new View(flow, shape, all);
  }

  View reshaped(int... other) {
    if (OnnxNetwork.entries(other) != picks.length) {
      throw new IllegalArgumentException(
          "it brings " + picks.length + " entries to the shape " + Arrays.toString(other) + ".");
    }
    return new View(flow, other, picks);
  }

  /** Some of the entries, by their places here. */
  View picked(int[] places, int... other) {
    return new View(flow, other, IntStream.of(places).mapToObj(k -> picks[k]).toArray(Pick[]::new));
  }

  /** The entries at some places of an axis, which counts without the batch's. */
  View along(int axis, int... places) {
    int inner = 1;
    for (int a = axis + 1; a < shape.length; a++) {
      inner *= shape[a];
    }
    int step = inner;
    int outer = picks.length / (shape[axis] * inner);
    int[] other = shape.clone();
    other[axis] = places.length;
    int[] all =
        IntStream.range(0, outer)
            .flatMap(
                o ->
                    IntStream.of(places)
                        .flatMap(
                            place ->
                                IntStream.range(0, step)
                                    .map(k -> (o * shape[axis] + place) * step + k)))
            .toArray();
    return picked(all, other);
  }

  /** The larger or the smaller of this and another view of the same flow, entry by entry. */
  View compared(View other, boolean larger) {
    boolean fits = flow == other.flow && Arrays.equals(shape, other.shape);
    Pick[] all = new Pick[picks.length];
    for (int k = 0; fits && k < all.length; k++) {
      fits = picks[k].isPlain() && other.picks[k].isPlain();
      int a = picks[k].first;
      int b = other.picks[k].first;
      all[k] = new Pick(Math.min(a, b), Math.max(a, b), larger || a == b);
    }
    if (!fits) {
      throw new IllegalArgumentException("it compares what are not parts of one activation.");
    }
    return new View(flow, shape, all);
  }

  /** Several views of the same flow, one after another along an axis. */
  static View joined(List<View> views, int axis) {
    View first = views.get(0);
    int[] shape = first.shape.clone();
    int length = views.stream().mapToInt(view -> view.shape[axis]).sum();
    shape[axis] = length;
    for (View view : views) {
      int[] other = view.shape.clone();
      other[axis] = length;
      if (view.flow != first.flow || !Arrays.equals(shape, other)) {
        throw new IllegalArgumentException("it joins what are not parts of one activation.");
      }
    }
    OnnxNetwork.entries(shape);
    int outer = IntStream.of(shape).limit(axis).reduce(1, (a, b) -> a * b);
    List<Pick> all = new ArrayList<>();
    for (int o = 0; o < outer; o++) {
      for (View view : views) {
        int block = view.picks.length / outer;
        all.addAll(Arrays.asList(view.picks).subList(o * block, (o + 1) * block));
      }
    }
    return new View(first.flow, shape, all.toArray(Pick[]::new));
  }

  /** The same as a flow, whose entries are in order. */
  View settled() {
    boolean isSame =
        picks.length == flow.size()
            && IntStream.range(0, picks.length)
                .allMatch(k -> picks[k].isPlain() && picks[k].first == k);
    return isSame ? this : of(flow.then(Copying.picks(picks, flow.size()), picks.length), shape);
  }
}
