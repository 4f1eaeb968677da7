package org.lipkit.onnx;

import ai.djl.ndarray.NDArray;
import org.lipkit.layer.Form;
import org.lipkit.layer.Layer;
import org.lipkit.layer.Pass;
import org.lipkit.tensor.Tensors;

/** Brings every entry between two float32 numbers; 1-Lipschitz, and comparisons are exact. */
final class Clip extends Layer {

  final double least;
  final double most;

  /** Both may be infinite. */
  Clip(double least, double most) {
    this.least = least;
    this.most = most;
  }

  @Override
  public Form form(Pass pass) {
    return exact(this::clipped);
  }

  private NDArray clipped(NDArray x) {
    return x.maximum(Tensors.scalar(x, least)).minimum(Tensors.scalar(x, most));
  }
}
