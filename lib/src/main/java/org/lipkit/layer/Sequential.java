package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lipkit.bound.Bound;
import org.lipkit.bound.NormMethod;

/** Layers one after another; the Lipschitz constant is at most the product of theirs. */
public final class Sequential extends Layer {

  private final List<Layer> layers;

  /**
   * Creates the composition.
   *
   * @param layers the layers in order, at least one
   */
  public Sequential(List<Layer> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("A Sequential needs at least one layer.");
    }
    this.layers = List.copyOf(layers);
    for (Layer layer : layers) {
      addChildBlock(layer.getClass().getSimpleName(), layer);
    }
  }

  /**
   * The layers.
   *
   * @return in order
   */
  public List<Layer> layers() {
    return layers;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
    Shape shape = inputs[0];
    for (Layer layer : layers) {
      layer.initialize(manager, type, shape);
      shape = layer.outputShape(shape);
    }
  }

  @Override
  public Shape outputShape(Shape input) {
    Shape shape = input;
    for (Layer layer : layers) {
      shape = layer.outputShape(shape);
    }
    return shape;
  }

  @Override
  public NDArray apply(NDArray x, boolean training) {
    NDArray y = x;
    for (Layer layer : layers) {
      y = layer.apply(y, training);
    }
    return y;
  }

  @Override
  public Bound bound(NormMethod method, NDManager manager) {
    Bound bound = Bound.exact(1, "identity");
    for (Layer layer : layers) {
      bound = bound.times(layer.bound(method, manager));
    }
    return bound;
  }

  @Override
  public Arithmetic arithmetic(NormMethod method, NDManager manager) {
    Arithmetic arithmetic = Arithmetic.IDENTITY;
    for (Layer layer : layers) {
      arithmetic = arithmetic.then(layer.arithmetic(method, manager));
    }
    return arithmetic;
  }

  @Override
  public NDArray lipschitz(NDArray k, int iterations) {
    NDArray bound = k;
    for (Layer layer : layers) {
      bound = layer.lipschitz(bound, iterations);
    }
    return bound;
  }
}
