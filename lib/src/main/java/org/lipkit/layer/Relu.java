package org.lipkit.layer;

import ai.djl.nn.Activation;

/** {@code y = max(x, 0)}, entry by entry; 1-Lipschitz. */
public final class Relu extends Layer {

  /** Creates the layer. */
  public Relu() {}

  @Override
  public Form form(Pass pass) {
    return exact(Activation::relu);
  }
}
