package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;
import org.lipkit.tensor.Tensors;

/** A layer without parameters whose Lipschitz constant is a known number. */
public abstract class FixedLayer extends Layer {

  /** Creates the layer. */
  protected FixedLayer() {}

  /**
   * The layer's Lipschitz constant on the input size that it was initialised with.
   *
   * @return a double that is at least the constant
   */
  protected abstract double constant();

  @Override
  public Shape outputShape(Shape input) {
    return input;
  }

  @Override
  public Bound bound(NormMethod method, NDManager manager) {
    return Bound.exact(constant(), "closed form");
  }

  @Override
  public NDArray lipschitz(NDArray k, int iterations) {
    double constant = constant();
    return constant == 1 ? k : k.mul(Tensors.scalar(k, constant));
  }
}
