package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import org.lipkit.bound.NormMethod;

/** {@code y = max(x, 0)}, entry by entry; 1-Lipschitz. */
public final class Relu extends FixedLayer {

  /** Creates the layer. */
  public Relu() {}

  @Override
  protected double constant() {
    return 1;
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    return Activation.relu(x);
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    return Arithmetic.copying(x -> apply(x, false));
  }
}
