package org.lipkit.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.lipkit.bound.DiagonalMap;

/**
 * A layer that multiplies every entry with a number of its own and adds another, {@code y = a x +
 * b}. Its Lipschitz constant is {@code max |a|}.
 */
public abstract class DiagonalLayer extends Layer {

  /** Creates the layer. */
  protected DiagonalLayer() {}

  @Override
  public Shape outputShape(Shape input) {
    Shapes.requireChannels(name(), input);
    return input;
  }

  /**
   * {@return the form of this layer}
   *
   * @param factors a, in a shape that spreads over the input
   * @param offset b, likewise
   */
  protected final Form.Linear diagonal(NDArray factors, NDArray offset) {
    return diagonal(name(), factors, offset, inputShape());
  }

  /**
   * {@return the form of a map {@code y = a x + b}}
   *
   * @param layer the layer's name, for messages
   * @param factors a, in a shape that spreads over the input
   * @param offset b, likewise
   * @param input the shape of one input
   */
  public static Form.Linear diagonal(String layer, NDArray factors, NDArray offset, Shape input) {
    return new Form.Linear(
        layer,
        factors,
        offset,
        a -> new DiagonalMap(a, input),
        (k, map, pass) -> k.mul(((DiagonalMap) map).factors().abs().max()));
  }
}
