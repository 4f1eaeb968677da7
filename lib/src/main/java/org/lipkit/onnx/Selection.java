package org.lipkit.onnx;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lipkit.layer.MinMax;
import org.lipkit.onnx.Picking.Pick;

/**
 * What Split, Slice, Max, Min and Concat pick from one activation along an axis: places of that
 * axis, or the larger or smaller of two of them. MinMax is such a selection.
 */
final class Selection implements Value {

  private final Activation source;
  private final int axis;
  private final List<Pick> picks;
  private Activation picked;

  /**
   * Picks.
   *
   * @param source where it picks
   * @param axis of one sample, from 0
   * @param picks in the order of the result
   */
  private Selection(Activation source, int axis, List<Pick> picks) {
    this.source = source;
    this.axis = axis;
    this.picks = picks;
  }

  /** Some places of the axis. */
  static Selection of(Activation source, int axis, int... places) {
    return new Selection(
        source,
        axis,
        IntStream.of(places).mapToObj(place -> new Pick(place, place, true)).toList());
  }

  static Selection all(Activation source, int axis) {
    return of(source, axis, IntStream.range(0, (int) source.shape.get(axis)).toArray());
  }

  private boolean isPlain() {
    return picks.stream().allMatch(Pick::isPlain);
  }

  private boolean matches(Selection other) {
    return source == other.source && axis == other.axis;
  }

  /** The larger or the smaller of this and another, entry by entry. */
  Selection compared(Selection other, boolean larger) {
    if (!matches(other) || picks.size() != other.picks.size() || !isPlain() || !other.isPlain()) {
      throw new Refusal(
          "compares activations that are not parts of one; how far two branches move apart is not"
              + " known");
    }
    List<Pick> all = new ArrayList<>();
    for (int i = 0; i < picks.size(); i++) {
      int a = picks.get(i).first();
      int b = other.picks.get(i).first();
      all.add(new Pick(Math.min(a, b), Math.max(a, b), larger || a == b));
    }
    return new Selection(source, axis, all);
  }

  /**
   * Several one after another along an axis, the batch's being 0: parts of one activation as one
   * selection, others side by side.
   */
  static Value joined(List<Value> parts, int axis) {
    Activation.requireSample(axis);
    Shape shape = new Shape(parts.get(0).shape());
    long length = parts.stream().mapToLong(part -> part.shape()[axis]).sum();
    Activation.requireModest(shape.slice(1, axis).add(length).addAll(shape.slice(axis + 1)));
    List<Selection> selections = parts.stream().map(part -> along(part, axis - 1)).toList();
    Selection first = selections.get(0);
    if (selections.stream().allMatch(first::matches)) {
      List<Pick> all = selections.stream().flatMap(part -> part.picks.stream()).toList();
      return new Selection(first.source, first.axis, all);
    }
    if (axis != 1) {
      throw new Refusal("joins branches along axis %d; only axis 1, of channels, is known", axis);
    }
    return parts.stream().map(Value::activation).reduce(Activation::beside).orElseThrow();
  }

  /** A value as a selection along an axis of one sample: all of it, unless it is one already. */
  private static Selection along(Value part, int axis) {
    return part instanceof Selection one && one.axis == axis ? one : all(part.activation(), axis);
  }

  @Override
  public long[] shape() {
    long[] lengths = source.shape();
    lengths[axis + 1] = picks.size();
    return lengths;
  }

  @Override
  public Activation reshaped(long... shape) {
    return activation().reshaped(shape);
  }

  /** Places of places stay one selection. */
  @Override
  public Selection selected(int other, int... places) {
    return other == axis + 1 && isPlain()
        ? new Selection(source, axis, IntStream.of(places).mapToObj(picks::get).toList())
        : activation().selected(other, places);
  }

  @Override
  public Activation transposed(int... order) {
    return activation().transposed(order);
  }

  @Override
  public Activation activation() {
    if (picked == null) {
      picked = picked();
    }
    return picked;
  }

  private Activation picked() {
    if (picks.equals(all(source, axis).picks)) {
      return source;
    }
    return source.then(
        axis == 0 && isMinMax()
            ? Step.of(source.shape, MinMax::new)
            : Step.of(source.shape, () -> new Picking(axis, picks)));
  }

  private boolean isMinMax() {
    int half = (int) source.shape.get(axis) / 2;
    return picks.size() == 2 * half
        && source.shape.get(axis) == 2 * half
        && IntStream.range(0, picks.size())
            .allMatch(i -> picks.get(i).equals(new Pick(i % half, i % half + half, i < half)));
  }
}
