package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lipkit.text.Given;

/** Layers one after another; the Lipschitz constant is at most the product of theirs. */
public final class Sequential extends Layer {

  private final List<Layer> layers;

  /**
   * Creates the composition.
   *
   * @param layers the layers in order, at least one
   */
  public Sequential(Layer... layers) {
    this(Given.noneNull("Layer", layers));
  }

  /**
   * Creates the composition.
   *
   * @param layers the layers in order, at least one
   */
  public Sequential(List<? extends Layer> layers) {
    this.layers = Given.noneNull("Layer", layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("A Sequential needs at least one layer.");
    }
    for (Layer layer : layers) {
      addChildBlock(layer.name(), layer);
    }
  }

  /** {@return the layers in order} */
  public List<Layer> layers() {
    return layers;
  }

  @Override
  protected void layOutChildren(Shape input) {
    Shape shape = input;
    for (Layer layer : layers) {
      layer.layOut(shape);
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
  public Form form(Pass pass) {
    return new Form.Chain(layers.stream().map(layer -> layer.form(pass)).toList());
  }

  @Override
  NDArray compute(NDArray x, Pass pass) {
    NDArray y = x;
    for (Layer layer : layers) {
      y = layer.apply(y, pass);
    }
    return y;
  }

  @Override
  Layer frozen(NDManager manager) {
    return new Sequential(layers.stream().map(layer -> layer.frozen(manager)).toList());
  }
}
