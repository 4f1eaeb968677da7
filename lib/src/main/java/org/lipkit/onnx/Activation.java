package org.lipkit.onnx;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.lipkit.layer.Concatenation;
import org.lipkit.layer.Identity;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Residual;
import org.lipkit.layer.SumOfBranches;

/**
 * A value that depends on the image: the image itself, what a step makes of another activation, the
 * sum of two or two side by side.
 */
final class Activation implements Value {

  /** The shape of one sample. */
  final Shape shape;

  final Step step;
  final Activation input;
  final Activation other;

  /** How this is made of the input and the other activation, or null if there is no other. */
  final BinaryOperator<Layer> joint;

  /** The nearest activation that every path from the image to this one goes through. */
  private final Activation gate;

  private final int depth;

  private Activation(
      Shape shape,
      Step step,
      Activation input,
      Activation other,
      BinaryOperator<Layer> joint,
      Activation gate) {
    requireModest(shape);
    this.shape = shape;
    this.step = step;
    this.input = input;
    this.other = other;
    this.joint = joint;
    this.gate = gate;
    this.depth = gate == null ? 0 : gate.depth + 1;
  }

  static Activation image(Shape shape) {
    return new Activation(shape, null, null, null, null, null);
  }

  Activation then(Step next) {
    return new Activation(next.output(), next, this, null, null, this);
  }

  Activation plus(Activation summand) {
    if (!shape.equals(summand.shape)) {
      throw new Refusal(
          "adds activations of shapes %s and %s; only equal shapes can be added",
          shape, summand.shape);
    }
    return joined(summand, shape, Activation::sum);
  }

  private static Layer sum(Layer first, Layer second) {
    return first instanceof Identity ? new Residual(second) : new SumOfBranches(first, second);
  }

  /** This and another one behind it, along the first axis of a sample. */
  Activation beside(Activation next) {
    Shape pixels = shape.slice(1);
    if (!pixels.equals(next.shape.slice(1))) {
      throw new Refusal(
          "joins activations of shapes %s and %s; they may differ in the first number only",
          shape, next.shape);
    }
    Shape both = new Shape(shape.get(0) + next.shape.get(0)).addAll(pixels);
    return joined(next, both, Activation::concatenation);
  }

  /** Branches side by side, to which another one is added at the end, stay one layer. */
  private static Layer concatenation(Layer first, Layer second) {
    List<Layer> branches = new ArrayList<>();
    branches.addAll(first instanceof Concatenation before ? before.branches() : List.of(first));
    branches.add(second);
    return new Concatenation(branches);
  }

  private Activation joined(Activation second, Shape both, BinaryOperator<Layer> layer) {
    Activation a = this;
    Activation b = second;
    while (a != b) {
      if (a.depth >= b.depth) {
        a = a.gate;
      } else {
        b = b.gate;
      }
    }
    return new Activation(both, null, this, second, layer, a);
  }

  @Override
  public long[] shape() {
    return new Shape(BATCH).addAll(shape).getShape();
  }

  /** Reshapings in a row are one. */
  @Override
  public Activation reshaped(long... other) {
    Shape sample = new Shape(other).slice(1);
    if (sample.size() != shape.size()) {
      throw new Refusal("brings samples of shape %s to shape %s", shape, sample);
    }
    if (shape.equals(sample)) {
      return this;
    }
    return step instanceof Step.Reshaping
        ? input.reshaped(other)
        : then(new Step.Reshaping(sample));
  }

  @Override
  public Selection selected(int axis, int... places) {
    requireSample(axis);
    return Selection.of(this, axis - 1, places);
  }

  /** Refuses to work along the batch's axis. */
  static void requireSample(int axis) {
    if (axis == 0) {
      throw new Refusal("works along axis 0, the batch's, so that samples would mix");
    }
  }

  @Override
  public Activation transposed(int... order) {
    requireSample(order[0] == 0 ? 1 : 0);
    long[] lengths = IntStream.range(1, order.length).mapToLong(i -> shape()[order[i]]).toArray();
    return then(Step.exact("Transpose", new Shape(lengths), a -> a.transpose(order)));
  }

  @Override
  public Activation activation() {
    return this;
  }

  boolean isJoint() {
    return other != null;
  }

  Activation gate() {
    return gate;
  }

  /** Refuses a sample that is too large. */
  static void requireModest(Shape shape) {
    long size = 1;
    for (long axis : shape.getShape()) {
      if (axis < 1 || axis > 1 << 26 || size * axis > 1 << 26) {
        throw new Refusal("has samples of shape %s; 1 to 2^26 numbers per sample are taken", shape);
      }
      size *= axis;
    }
  }
}
