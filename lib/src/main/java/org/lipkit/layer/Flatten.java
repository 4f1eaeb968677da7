package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.NormMethod;

/** Lays each sample out as one vector, (N, C, H, W) to (N, C H W); 1-Lipschitz. */
public final class Flatten extends FixedLayer {

  /** Creates the layer. */
  public Flatten() {}

  @Override
  protected double constant() {
    return 1;
  }

  @Override
  public Shape outputShape(Shape input) {
    return new Shape(input.get(0), input.slice(1).size());
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    return x.reshape(x.getShape().get(0), -1);
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.copying(x -> apply(x, false));
  }
}
