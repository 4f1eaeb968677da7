package org.lipkit.layer;

import ai.djl.ndarray.types.Shape;

/** Lays each sample out as one vector, (N, C, H, W) to (N, C H W); 1-Lipschitz. */
public final class Flatten extends Layer {

  /** Creates the layer. */
  public Flatten() {}

  @Override
  public Shape outputShape(Shape input) {
    return new Shape(input.size());
  }

  @Override
  public Form form(Pass pass) {
    return exact(x -> x.reshape(x.getShape().get(0), -1));
  }
}
