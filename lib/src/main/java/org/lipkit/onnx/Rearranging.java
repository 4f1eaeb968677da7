package org.lipkit.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that copy, compare and rearrange entries, of activations and of constants. */
final class Rearranging {

  private Rearranging() {}

  /** Axes counted from 0, in order. */
  static Set<Integer> axes(int rank, long... axes) {
    Set<Integer> positive = new TreeSet<>();
    for (long axis : axes) {
      if (axis < -rank || axis >= rank) {
        throw new Refusal("names axes %s of %d", axes, rank);
      }
      positive.add((int) (axis < 0 ? axis + rank : axis));
    }
    return positive;
  }

  /** An axis along which something is picked: of an activation, not the batch's. */
  private static int axis(Value x, long axis) {
    int positive = axes(x.shape().length, axis).iterator().next();
    if (!(x instanceof Constant)) {
      Activation.requireSample(positive);
    }
    return positive;
  }

  /** A bound from one side is a comparison with a constant; else both must be parts of one. */
  static Value compared(Node node, boolean larger) {
    if (node.inputCount() == 1) {
      return node.input(0);
    }
    if (node.inputCount() != 2) {
      throw new Refusal("compares %d activations; pairs are known", node.inputCount());
    }
    for (int i = 0; i < 2; i++) {
      if (node.input(i) instanceof Constant) {
        double bound = node.weight(i, "bound").scalar();
        return larger
            ? Operators.clipped(node.activation(1 - i), bound, Double.POSITIVE_INFINITY)
            : Operators.clipped(node.activation(1 - i), Double.NEGATIVE_INFINITY, bound);
      }
    }
    return selection(node.input(0)).compared(selection(node.input(1)), larger);
  }

  private static Selection selection(Value value) {
    return value instanceof Selection one ? one : Selection.all(value.activation(), 0);
  }

  static List<Value> split(Node node) {
    Value x = node.input(0);
    int axis = axis(x, node.integer("axis", 0));
    long length = x.shape()[axis];
    int parts = node.outputs().size();
    long each = (length + parts - 1) / parts;
    long[] equal = LongStream.range(0, parts).map(i -> Math.min(each, length - i * each)).toArray();
    long[] sizes = node.integersOr("split", 1, equal);
    if (sizes.length != parts
        || node.integer("num_outputs", parts) != parts
        || LongStream.of(sizes).anyMatch(size -> size < 1 || size > length)
        || LongStream.of(sizes).sum() != length) {
      throw new Refusal("splits %d places into parts of %s", length, sizes);
    }
    List<Value> results = new ArrayList<>();
    int from = 0;
    for (long size : sizes) {
      results.add(x.selected(axis, IntStream.range(from, from + (int) size).toArray()));
      from += (int) size;
    }
    return results;
  }

  static Value slice(Node node) {
    long[] starts = node.constant(1, "start").longs();
    long[] ends = node.constant(2, "end").longs();
    Constant axes = node.optional(3, "axis");
    Constant steps = node.optional(4, "step");
    Value x = node.input(0);
    for (int i = 0; i < starts.length; i++) {
      int axis = axis(x, axes == null ? i : axes.longs()[i]);
      long step = steps == null ? 1 : steps.longs()[i];
      x = x.selected(axis, places(starts[i], ends[i], step, x.shape()[axis]));
    }
    return x;
  }

  private static int[] places(long start, long end, long given, long length) {
    if (given == 0) {
      throw new Refusal("has a step of 0");
    }
    long step = Math.max(-length, Math.min(length, given)); // beyond that there is one place
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? length : length - 1;
    long from = Math.max(low, Math.min(high, start < 0 ? start + length : start));
    long to = Math.max(low, Math.min(high, end < 0 ? end + length : end));
    int[] places =
        LongStream.iterate(from, i -> step > 0 ? i < to : i > to, i -> i + step)
            .mapToInt(i -> (int) i)
            .toArray();
    if (places.length == 0) {
      throw new Refusal("takes nothing of %d places", length);
    }
    return places;
  }

  /** A list of places, or one, whose axis then goes. */
  static Value gather(Node node) {
    Value x = node.input(0);
    Constant index = node.constant(1, "index");
    int axis = axis(x, node.integer("axis", 0));
    long length = x.shape()[axis];
    if (index.rank() > 1 || index.array().isEmpty()) {
      throw new Refusal("gathers by an index of %d axes; a list is known", index.rank());
    }
    int[] places =
        LongStream.of(index.longs())
            .mapToInt(place -> (int) (place < 0 ? place + length : place))
            .toArray();
    if (Arrays.stream(places).anyMatch(place -> place < 0 || place >= length)) {
      throw new Refusal("takes places %s of %d", index.longs(), length);
    }
    Value picked = x.selected(axis, places);
    return index.rank() == 1 ? picked : without(picked, Set.of(axis));
  }

  static Value concat(Node node) {
    List<Value> parts = node.inputs();
    int axis = axis(parts.get(0), node.integer("axis", 0));
    if (!node.hasOnlyConstants()) {
      return Selection.joined(parts, axis);
    }
    Constant all = (Constant) parts.get(0);
    for (Value part : parts.subList(1, parts.size())) {
      all = all.joined((Constant) part, axis);
    }
    return all;
  }

  static Value flatten(Node node) {
    Activation x = node.activation(0);
    if (axis(x, node.integer("axis", 1)) != 1) {
      throw new Refusal("mixes samples; only axis 1 keeps them apart");
    }
    return x.reshaped(Value.BATCH, x.shape.size());
  }

  static Value reshape(Node node) {
    Value x = node.input(0);
    double[] target = node.constant(1, "shape").values();
    boolean copies = node.integer("allowzero", 0) == 0;
    int first = x instanceof Constant ? 0 : 1;
    if (first == 1 && (target.length < 2 || !keepsBatch(target[0], copies, node))) {
      throw new Refusal(
          "brings a batch to shape %s; its first axis must stay the batch's: export with a dynamic"
              + " batch axis",
          Arrays.toString(target));
    }
    long[] from = x.shape();
    long size = Constant.size(Arrays.copyOfRange(from, first, from.length));
    long[] shape = new long[target.length];
    shape[0] = Value.BATCH;
    long known = 1;
    int open = first == 1 && target[0] == -1 ? 0 : -1;
    for (int i = first; i < shape.length; i++) {
      shape[i] = target[i] == 0 && copies && i < from.length ? from[i] : (long) target[i];
      if (target[i] == -1 && open < 0) {
        open = i;
      } else if (!(shape[i] >= 1 && shape[i] <= size)) {
        throw new Refusal("brings entries to the impossible shape %s", Arrays.toString(target));
      } else {
        known = Math.multiplyExact(known, shape[i]);
      }
    }
    if (open >= first) {
      shape[open] = size / known;
    }
    return x.reshaped(shape);
  }

  private static boolean keepsBatch(double target, boolean copies, Node node) {
    return Double.isNaN(target)
        || target == -1
        || target == 0 && copies
        || target == node.graph().batch();
  }

  static Value squeeze(Node node) {
    Value x = node.input(0);
    long[] single =
        LongStream.range(0, x.shape().length).filter(i -> x.shape()[(int) i] == 1).toArray();
    return without(x, axes(x.shape().length, node.integersOr("axes", 1, single)));
  }

  private static Value without(Value x, Set<Integer> axes) {
    if (!(x instanceof Constant) && axes.contains(0)) {
      throw new Refusal("removes axis 0, the batch's");
    }
    long[] shape = x.shape();
    return x.reshaped(
        IntStream.range(0, shape.length)
            .filter(axis -> !axes.contains(axis))
            .mapToLong(axis -> shape[axis])
            .toArray());
  }

  static Value unsqueeze(Node node) {
    Value x = node.input(0);
    long[] given = node.integersOr("axes", 1);
    long[] shape = new long[x.shape().length + given.length];
    Set<Integer> axes = axes(shape.length, given);
    if (axes.size() != given.length || !(x instanceof Constant) && axes.contains(0)) {
      throw new Refusal("puts axes at %s, where none can be", given);
    }
    int next = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = axes.contains(axis) ? 1 : x.shape()[next++];
    }
    return x.reshaped(shape);
  }

  static Value transpose(Node node) {
    Value x = node.input(0);
    int rank = x.shape().length;
    long[] backwards = LongStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    long[] order = node.integers("perm", backwards);
    if (order.length != rank || axes(rank, order).size() != rank) {
      throw new Refusal("orders %d axes as %s", rank, order);
    }
    return x.transposed(LongStream.of(order).mapToInt(Math::toIntExact).toArray());
  }

  static Value pad(Node node) {
    Activation x = node.activation(0);
    Constant value = node.optional(2, "value");
    if (!node.text("mode", "constant").equals("constant") || value != null && value.scalar() != 0) {
      throw new Refusal("pads with other numbers than zeros; only zeros are known");
    }
    long[] pads = node.constant(1, "pads").longs();
    Constant named = node.optional(3, "axis");
    int rank = x.shape().length;
    long[] axes = named == null ? LongStream.range(0, rank).toArray() : named.longs();
    if (pads.length != 2 * axes.length || LongStream.of(pads).anyMatch(pad -> pad < 0)) {
      throw new Refusal("has pads of %s; none may be negative", pads);
    }
    long[] before = new long[rank];
    long[] after = new long[rank];
    for (int i = 0; i < axes.length; i++) {
      int axis = axes(rank, axes[i]).iterator().next();
      before[axis] = pads[i];
      after[axis] = pads[i + axes.length];
    }
    return padded(x, before, after);
  }

  /** Zeros before and after each axis. */
  static Activation padded(Activation x, long[] before, long[] after) {
    if (before[0] + after[0] != 0) {
      throw new Refusal("pads axis 0, the batch's");
    }
    boolean isNone = LongStream.concat(LongStream.of(before), LongStream.of(after)).sum() == 0;
    return isNone ? x : x.then(Step.of(x.shape, () -> new Padding(before, after)));
  }

  static Value shape(Node node) {
    double[] all = LongStream.of(node.input(0).shape()).asDoubleStream().toArray();
    if (!(node.input(0) instanceof Constant)) {
      all[0] = node.graph().batch();
    }
    int start = Math.toIntExact(node.integer("start", 0));
    int end = Math.toIntExact(node.integer("end", all.length));
    int from = Math.max(0, Math.min(all.length, start < 0 ? start + all.length : start));
    int to = Math.max(from, Math.min(all.length, end < 0 ? end + all.length : end));
    return node.graph().longs(Arrays.copyOfRange(all, from, to));
  }
}
