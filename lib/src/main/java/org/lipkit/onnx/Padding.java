package org.lipkit.onnx;

import ai.djl.ndarray.types.Shape;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;

/** Puts zeros before and after each axis; 1-Lipschitz. */
final class Padding extends Layer {

  final long[] before;
  final long[] after;

  /** How many zeros each axis gets, the batch's, which gets none, included. */
  Padding(long[] before, long[] after) {
    this.before = before;
    this.after = after;
  }

  @Override
  public Shape outputShape(Shape input) {
    long[] lengths = new long[input.dimension()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = Math.addExact(input.get(i), Math.addExact(before[i + 1], after[i + 1]));
    }
    return new Shape(lengths);
  }

  @Override
  public Form form(Pass pass) {
    int rank = before.length - 1;
    long[] sides = new long[2 * rank]; // the last axis first, as the engine has it
    for (int i = 0; i < rank; i++) {
      sides[2 * (rank - 1 - i)] = before[i + 1];
      sides[2 * (rank - 1 - i) + 1] = after[i + 1];
    }
    return exact(x -> x.pad(new Shape(sides), 0));
  }
}
