package org.lipkit.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lipkit.bound.Upward;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.tensor.Tensors;

/**
 * Picks along an axis: places of it, or the larger or smaller of two of them.
 *
 * <p>Its Lipschitz constant is {@code sqrt(n)}, where every place is used n times at most: the
 * larger and the smaller of the same two places together count once, because
 *
 * <pre>  |max - max'|^2 + |min - min'|^2  &lt;=  |a - a'|^2 + |b - b'|^2.</pre>
 */
final class Picking extends Layer {

  /** Of one sample, from 0. */
  final int axis;

  /** In the order of the result. */
  final List<Pick> picks;

  Picking(int axis, List<Pick> picks) {
    this.axis = axis;
    this.picks = picks;
  }

  /** One place of the axis, or the larger or smaller of two. */
  record Pick(int first, int second, boolean larger) {

    boolean isPlain() {
      return first == second;
    }

    boolean isLike(Pick other) {
      return isPlain() == other.isPlain() && (isPlain() || larger == other.larger);
    }

    /** The other number of the same two. */
    Pick partner() {
      return new Pick(first, second, !larger);
    }
  }

  @Override
  public Shape outputShape(Shape input) {
    long[] lengths = input.getShape().clone();
    lengths[axis] = picks.size();
    return new Shape(lengths);
  }

  @Override
  public Form form(Pass pass) {
    return exact(constant(), this::picked);
  }

  private double constant() {
    Map<Pick, Integer> times = new HashMap<>();
    picks.forEach(pick -> times.merge(pick, 1, Integer::sum));
    int[] uses = new int[(int) inputShape().get(axis)];
    times.forEach(
        (pick, count) -> {
          int other = times.getOrDefault(pick.partner(), 0);
          // Of a pair, the one that is used more often counts; of equals, the larger.
          if (count > other || count == other && pick.larger) {
            uses[pick.first] += count;
            uses[pick.second] += pick.isPlain() ? 0 : count;
          }
        });
    int most = Arrays.stream(uses).max().orElseThrow();
    return most == 1 ? 1 : Upward.root(most);
  }

  private NDArray picked(NDArray x) {
    int[] first = picks.stream().mapToInt(Pick::first).toArray();
    NDArray a = Tensors.select(x, axis + 1, first);
    if (picks.stream().allMatch(Pick::isPlain)) {
      return a;
    }
    NDArray b = Tensors.select(x, axis + 1, picks.stream().mapToInt(Pick::second).toArray());
    NDArray both = NDArrays.maximum(a, b).concat(NDArrays.minimum(a, b), axis + 1);
    int[] chosen =
        IntStream.range(0, first.length)
            .map(i -> picks.get(i).larger ? i : i + first.length)
            .toArray();
    return Tensors.select(both, axis + 1, chosen);
  }
}
